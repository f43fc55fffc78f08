import assert from 'node:assert/strict'
import { after, afterEach, before } from 'node:test'
import { DisconnectReason } from 'baileys'
import { BaileysDevice } from './baileys-device.mjs'
import { serveMediaFrom } from './media-hosts.mjs'
import { MirrorDevice } from './mirror-device.mjs'
import { Simulator } from './simulator.mjs'
import { ZapoDevice } from './zapo-device.mjs'

// Baileys leaves timers of up to a minute behind. They keep the process alive no longer than this after the last test,
// which is time enough for its report.
const leftoverMs = 1000

/** What a suite needs: one simulator for all its tests, and devices that are gone after each of them. */
export class Fixture {
  #devices = []

  /**
   * Registers the hooks; call it inside `describe`. After every test nothing may have been refused that the test did not
   * expect: these clients are right, so a refusal would be the simulator's mistake.
   */
  static register() {
    const fixture = new Fixture()
    before(async () => {
      fixture.simulator = await Simulator.start()
      serveMediaFrom(fixture.simulator.url)
    })
    after(async () => {
      await fixture.simulator?.stop()
      setTimeout(() => process.exit(), leftoverMs).unref()
    })
    afterEach(async () => {
      for (const device of fixture.#devices.splice(0)) await device.disconnect()
      await fixture.simulator.endTest()
    })
    return fixture
  }

  baileys(options) {
    return this.#keep(new BaileysDevice(this.simulator.webSocketUrl, options))
  }

  zapo(rootKey = this.simulator.rootKey) {
    return this.#keep(new ZapoDevice(this.simulator.webSocketUrl, rootKey))
  }

  /** A Baileys device that has been paired by QR and is logged in. */
  async linkedBaileys(account, options) {
    const device = this.baileys(options)
    device.connect()
    const link = await account.scan(await device.events.take('qr'))
    assert.equal(link.status, 'linked', link.reason)
    await this.restartBaileys(device)
    return { device, link }
  }

  /** What follows every pairing: the server asks for a new connection, on which the device logs in. */
  async restartBaileys(device) {
    assert.equal(await device.events.take('close'), DisconnectReason.restartRequired)
    device.connect()
    await device.events.take('open')
  }

  /** A zapo device that has been paired by QR and is logged in. */
  async linkedZapo(account) {
    const device = this.zapo()
    await device.connect()
    const link = await account.scan(await device.events.take('qr'))
    assert.equal(link.status, 'linked', link.reason)
    await device.events.take('open')
    return { device, link }
  }

  /** A device of our own client that has been paired by QR and is logged in. */
  async linkedMirror(account) {
    const device = this.#keep(new MirrorDevice(this.simulator))
    const link = await account.scan((await device.events.take('qr')).text)
    assert.equal(link.status, 'linked', link.reason)
    await device.events.take('linked')
    return { device, link }
  }

  #keep(device) {
    this.#devices.push(device)
    return device
  }
}
