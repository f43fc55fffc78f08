import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fixture } from '../lib/fixture.mjs'

describe('zapo session', { timeout: 120_000 }, () => {
  const fixture = Fixture.register()

  /** How the next connection of the device shook hands. */
  const handshake = async () => (await fixture.simulator.events.take('handshake-completed')).detail

  test('resumes with IK after pairing', async () => {
    await fixture.linkedZapo(await fixture.simulator.createAccount())
    assert.equal(await handshake(), 'xx')
    assert.equal(await handshake(), 'ik')
  })

  test('falls back to XX when the resumption is refused', async () => {
    const account = await fixture.simulator.createAccount()
    const { device, link } = await fixture.linkedZapo(account)
    fixture.simulator.events.clear()
    await fixture.simulator.fault('resumption', { defect: 'refused' })

    await fixture.simulator.fault('drop', { account: account.phone })
    await device.events.take('open')

    assert.equal(await handshake(), 'xx-fallback')
    assert.equal((await account.device(link.device)).logins, 2)
  })

  test('starts over with XX when the resumption is broken', async () => {
    const account = await fixture.simulator.createAccount()
    const { device } = await fixture.linkedZapo(account)
    await fixture.simulator.fault('resumption', { defect: 'broken' })

    await fixture.simulator.fault('drop', { account: account.phone })
    await device.events.take('log', ({ message }) => message.startsWith('noise resume handshake failed'))
    fixture.simulator.events.clear()
    await device.events.take('open')

    assert.equal(await handshake(), 'xx')
  })

  for (const kind of ['drop', 'close', 'garbage-frame', 'wrong-mac']) {
    test(`comes back by itself after "${kind}"`, async () => {
      const account = await fixture.simulator.createAccount()
      const { device, link } = await fixture.linkedZapo(account)
      await fixture.simulator.fault(kind, { account: account.phone })
      await device.events.take('open')
      assert.equal((await account.device(link.device)).logins, 2)
    })
  }

  test('pings and stays connected', async () => {
    const account = await fixture.simulator.createAccount()
    const { device, link } = await fixture.linkedZapo(account)
    const ping = await device.events.take('sent', ({ attrs }) => attrs.xmlns === 'w:p')
    await device.events.take('received', ({ attrs }) => attrs.id === ping.attrs.id && attrs.type === 'result')
    assert.notEqual((await account.device(link.device)).connection, null)
  })

  test('reads compressed frames that arrive in single bytes', async () => {
    const account = await fixture.simulator.createAccount()
    const { device, link } = await fixture.linkedZapo(account)
    await fixture.simulator.fault('compress', { account: account.phone, times: 0 })
    await fixture.simulator.fault('split', { account: account.phone, times: 0, bytes: 1 })
    await fixture.simulator.fault('drop', { account: account.phone })
    await device.events.take('open')
    assert.equal((await account.device(link.device)).logins, 2)
  })

  test('logs out, and is unknown afterwards', async () => {
    const account = await fixture.simulator.createAccount()
    const { device, link } = await fixture.linkedZapo(account)
    await device.client.logout().catch(() => {}) // the stream ends behind the answer, and zapo may see that first
    assert.equal((await account.event('unlinked')).detail, 'logout')
    await device.events.take('connection', ({ isLogout }) => isLogout)
    assert.equal(await account.device(link.device), undefined)
    await fixture.simulator.clearRefusals() // seeing only the close, it tries to come back and learns it from the failure
  })
})
