import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fixture } from '../lib/fixture.mjs'

describe('Baileys pairing', { timeout: 120_000 }, () => {
  const fixture = Fixture.register()

  test('links by QR, restarts on 515, logs in and stocks pre-keys', async () => {
    const account = await fixture.simulator.createAccount({ pushName: 'Alex' })
    const { device, link } = await fixture.linkedBaileys(account)

    const me = await device.events.take('paired')
    assert.equal(me.id, link.jid)
    assert.equal(me.lid, link.lid)
    assert.equal(device.creds.me.lid, link.lid)
    assert.equal(device.creds.platform, account.platform)

    await account.event('active')
    const seen = await account.device(link.device)
    assert.equal(seen.preKeys, 812)
    assert.equal(seen.logins, 1)
  })

  test('links by code, restarts on 515 and logs in', async () => {
    const account = await fixture.simulator.createAccount()
    const device = fixture.baileys()
    device.connect()
    await device.events.take('qr') // the references show that the connection is ready
    const code = await device.socket.requestPairingCode(account.phone)
    await account.event('code-requested')

    const link = await account.typeCode(code)
    assert.equal(link.status, 'linked', link.reason)
    await fixture.restartBaileys(device)

    assert.equal(device.creds.me.id, link.jid)
    assert.equal((await account.device(link.device)).logins, 1)
  })

  test('links by code after a wrong code was typed', async () => {
    const account = await fixture.simulator.createAccount()
    const device = fixture.baileys()
    device.connect()
    await device.events.take('qr')
    const code = await device.socket.requestPairingCode(account.phone)
    await account.event('code-requested')

    assert.equal((await account.typeCode(code === '11111111' ? '22222222' : '11111111')).status, 'wrong-code')
    assert.equal((await account.typeCode(code)).status, 'linked')
    await fixture.restartBaileys(device)
  })

  test('links a business account', async () => {
    const account = await fixture.simulator.createAccount({ platform: 'smba', businessName: 'Corner Shop' })
    const { device } = await fixture.linkedBaileys(account)
    assert.equal(device.creds.platform, 'smba')
    assert.equal((await device.events.take('paired')).name, 'Corner Shop')
  })

  test('links a hosted account', async () => {
    const { link } = await fixture.linkedBaileys(await fixture.simulator.createAccount({ hosted: true }))
    assert.equal(link.status, 'linked')
  })

  test('refuses a pair-success with a wrong HMAC', async () => {
    const account = await fixture.simulator.createAccount()
    const device = fixture.baileys()
    device.connect()
    await fixture.simulator.fault('pair-success', { defect: 'wrong-hmac' })

    assert.equal((await account.scan(await device.events.take('qr'))).status, 'no-answer')

    assert.equal(await device.events.take('close'), 500)
    assert.equal(device.creds.me, undefined)
    await fixture.simulator.expectRefusals('pairing-rejected')
  })
})
