import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DisconnectReason } from 'baileys'
import { Fixture } from '../lib/fixture.mjs'

describe('Baileys session', { timeout: 120_000 }, () => {
  const fixture = Fixture.register()

  test('stays connected over keep-alives', async () => {
    const account = await fixture.simulator.createAccount()
    const { device, link } = await fixture.linkedBaileys(account, { keepAliveIntervalMs: 500 })
    device.events.clear() // it pings before it is linked as well, and the last of those pings may be unanswered

    // It gives a connection up when nothing came for the interval and 5 s: this many answers span more than that.
    for (let answered = 0; answered < 12; answered++) {
      const ping = await device.events.take('sent', xml => xml.includes("xmlns='w:p'"))
      const id = /id='([^']+)'/.exec(ping)[1]
      await device.events.take('received', ({ tag, attrs }) => tag === 'iq' && attrs.id === id && attrs.type === 'result')
    }

    assert.equal(device.events.count('close'), 0)
    assert.notEqual((await account.device(link.device)).connection, null)
  })

  for (const kind of ['drop', 'close']) {
    test(`comes back with its credentials after "${kind}"`, async () => {
      const account = await fixture.simulator.createAccount()
      const { device, link } = await fixture.linkedBaileys(account)
      const { struck } = await fixture.simulator.fault(kind, { account: account.phone })
      assert.equal(struck, 1)

      await device.events.take('close')
      device.connect()
      await device.events.take('open')

      assert.equal((await account.device(link.device)).logins, 2)
    })
  }

  test('reads compressed frames that arrive in single bytes', async () => {
    const account = await fixture.simulator.createAccount()
    const { device, link } = await fixture.linkedBaileys(account)
    await fixture.simulator.fault('compress', { account: account.phone, times: 0 })
    await fixture.simulator.fault('split', { account: account.phone, times: 0, bytes: 1 })

    await fixture.simulator.fault('drop', { account: account.phone })
    await device.events.take('close')
    device.connect()
    await device.events.take('open')

    assert.equal((await account.device(link.device)).logins, 2)
  })

  test('logs out, and is unknown afterwards', async () => {
    const account = await fixture.simulator.createAccount()
    const { device, link } = await fixture.linkedBaileys(account)

    await device.socket.logout()
    assert.equal((await account.event('unlinked')).detail, 'logout')
    assert.equal(await device.events.take('close'), DisconnectReason.loggedOut)
    assert.equal(await account.device(link.device), undefined)

    device.connect()
    assert.equal(await device.events.take('close'), DisconnectReason.loggedOut)
    await fixture.simulator.expectRefusals('unknown-device')
  })

  test('is replaced by a second connection with the same credentials', async () => {
    const account = await fixture.simulator.createAccount()
    const { device } = await fixture.linkedBaileys(account)
    device.connect()
    assert.equal(await device.events.take('close'), DisconnectReason.connectionReplaced)
    await device.events.take('open')
  })

  const ends = {
    'replaced': DisconnectReason.connectionReplaced,
    'device-removed': DisconnectReason.loggedOut,
    'restart-required': DisconnectReason.restartRequired,
    'stream-end': DisconnectReason.connectionClosed,
    'code': DisconnectReason.unavailableService
  }
  for (const [error, status] of Object.entries(ends)) {
    test(`takes the stream error "${error}" for ${status}`, async () => {
      const account = await fixture.simulator.createAccount()
      const { device } = await fixture.linkedBaileys(account)
      await fixture.simulator.fault('stream-error', { account: account.phone, error })
      assert.equal(await device.events.take('close'), status)
    })
  }

  for (const reason of [401, 402, 403, 405, 503]) {
    test(`takes the failure ${reason} for itself`, async () => {
      const account = await fixture.simulator.createAccount()
      const { device } = await fixture.linkedBaileys(account)
      await fixture.simulator.fault('failure', { account: account.phone, reason })
      await fixture.simulator.fault('drop', { account: account.phone })
      await device.events.take('close')
      device.connect()
      assert.equal(await device.events.take('close'), reason)
    })
  }
})
