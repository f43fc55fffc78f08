import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fixture } from '../lib/fixture.mjs'

describe('zapo pairing', { timeout: 120_000 }, () => {
  const fixture = Fixture.register()

  test('links by QR with every check on, logs in and stocks pre-keys', async () => {
    const account = await fixture.simulator.createAccount({ pushName: 'Alex' })
    const { device, link } = await fixture.linkedZapo(account)

    assert.deepEqual(await device.events.take('paired'), { jid: link.jid, lid: link.lid })
    await account.event('pre-keys-uploaded')
    const seen = await account.device(link.device)
    assert.equal(seen.preKeys, 812)
    assert.equal(seen.logins, 1)
  })

  test('finds the digest of its keys in order', async () => {
    const { device } = await fixture.linkedZapo(await fixture.simulator.createAccount())
    const query = await device.events.take('sent', ({ content }) => content?.[0]?.tag === 'digest')
    const answer = await device.events.take('received', ({ tag, attrs }) => tag === 'iq' && attrs.id === query.attrs.id)

    assert.equal(answer.attrs.type, 'result')
    assert.equal(answer.content[0].tag, 'digest')
    await device.client.query({ tag: 'iq', attrs: { type: 'get', xmlns: 'w:p', to: 's.whatsapp.net' } })
    assert.equal(device.events.count('log', ({ message }) => message.startsWith('signal digest validation failed')), 0)
  })

  test('links by code', async () => {
    const account = await fixture.simulator.createAccount()
    const device = fixture.zapo()
    await device.connect()
    await device.events.take('qr')
    const code = await device.client.requestPairingCode(account.phone, true)
    await account.event('code-requested')

    const link = await account.typeCode(code)
    assert.equal(link.status, 'linked', link.reason)
    await device.events.take('open')

    assert.equal((await device.events.take('paired')).jid, link.jid)
  })

  test('renews its secret when asked to, and links with the QR that it shows then', async () => {
    const account = await fixture.simulator.createAccount({ refreshOnScan: true })
    const device = fixture.zapo()
    await device.connect()
    const first = await device.events.take('qr')
    assert.equal((await account.scan(first)).status, 'scan-again')

    const second = await device.events.take('qr')
    assert.equal(second.split(',')[0], first.split(',')[0])
    assert.notEqual(second, first)
    assert.equal((await account.scan(second)).status, 'linked')
    await device.events.take('open')
  })

  const forgeries = {
    'wrong-hmac': 'pair-success HMAC validation failed',
    'wrong-account-signature': 'pair-success account signature validation failed'
  }
  for (const [defect, complaint] of Object.entries(forgeries)) {
    test(`refuses a pair-success with "${defect}"`, async () => {
      const account = await fixture.simulator.createAccount()
      const device = fixture.zapo()
      await device.connect()
      await fixture.simulator.fault('pair-success', { defect })
      const scan = account.scan(await device.events.take('qr'))

      await device.events.take('error', message => message === complaint)
      await device.disconnect()

      assert.equal((await scan).status, 'no-answer')
      assert.equal(device.events.count('paired'), 0)
      assert.equal(device.client.getCredentials().meJid, undefined)
      await fixture.simulator.expectRefusals('pairing-rejected')
    })
  }
})
