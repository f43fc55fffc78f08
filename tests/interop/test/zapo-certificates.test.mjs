import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { Fixture } from '../lib/fixture.mjs'

describe('zapo certificate check', { timeout: 120_000 }, () => {
  const fixture = Fixture.register()

  /** Connects until the handshake has failed once; returns why. */
  async function failedHandshake(device) {
    device.connect().catch(() => {}) // it would go on trying until its time is over; the log tells at once
    const { error } = await device.events.take('log', ({ message }) => message === 'noise handshake failed')
    await device.disconnect()
    assert.equal(device.events.count('qr'), 0)
    return error
  }

  test('accepts the chain under the root of this simulator', async () => {
    const device = fixture.zapo()
    await device.connect()
    await device.events.take('qr')
  })

  test('refuses it under another root', async () => {
    const device = fixture.zapo(new Uint8Array(randomBytes(32)))
    assert.equal(await failedHandshake(device), 'intermediate certificate signature is invalid')
  })

  const defects = {
    'wrong-root': /intermediate certificate signature is invalid/,
    'bad-signature': /leaf certificate signature is invalid/,
    'wrong-issuer': /leaf certificate issuer mismatch/,
    'leaf-key-mismatch': /leaf certificate key mismatch with server static key/,
    'missing': /missing leaf\/intermediate/,
    'garbage': /./
  }
  for (const [defect, complaint] of Object.entries(defects)) {
    test(`refuses a chain with "${defect}"`, async () => {
      await fixture.simulator.fault('certificate', { defect, times: 0 })
      assert.match(await failedHandshake(fixture.zapo()), complaint)
    })
  }
})
