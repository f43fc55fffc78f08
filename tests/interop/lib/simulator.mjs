import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Mailbox } from './mailbox.mjs'

const startDeadlineMs = 60_000
const stopDeadlineMs = 10_000
const keptLogLines = 400

/**
 * The simulator as a process of its own on a free loopback port, and its control API. `events` holds what the server saw
 * happen, by kind: "linked", "logged-in", "unlinked" and so on.
 */
export class Simulator {
  events = new Mailbox('simulator')
  #process
  #log = []
  #exited
  #stopping = new AbortController()

  /** Starts the simulator that was built last (WUTS_CONFIGURATION names one) and waits until it answers. */
  static async start() {
    const simulator = new Simulator()
    await simulator.#launch()
    simulator.rootKey = new Uint8Array(Buffer.from(await simulator.get('/root-key'), 'hex'))
    simulator.#watch()
    return simulator
  }

  get webSocketUrl() {
    return `${this.url.replace('http', 'ws')}/ws/chat`
  }

  /** The last lines that the simulator logged: they say why it refused something. */
  get log() {
    return this.#log.join('\n')
  }

  async createAccount(spec = {}) {
    return new Account(this, await this.post('/accounts', spec))
  }

  /** Misbehaviour on command, for example `fault('drop', { account })`. */
  async fault(kind, options = {}) {
    return await this.post('/faults', { kind, ...options })
  }

  /** Clears what is armed, and fails when a client did anything that the server refused and the test did not expect. */
  async endTest() {
    await this.#request('DELETE', '/faults')
    await this.expectRefusals()
  }

  /** Demands that exactly these kinds were refused since the last call, and forgets them. */
  async expectRefusals(...kinds) {
    const refusals = await this.get('/refusals')
    await this.clearRefusals()
    assert.deepEqual(refusals.map(({ kind }) => kind), kinds, refusals.map(({ kind, reason }) => `${kind}: ${reason}`).join('\n'))
  }

  /** Forgets what was refused, where a client may or may not do something wrong. */
  async clearRefusals() {
    await this.#request('DELETE', '/refusals')
  }

  async get(path) {
    return await this.#request('GET', path)
  }

  async post(path, body) {
    return await this.#request('POST', path, body)
  }

  async put(path, body) {
    return await this.#request('PUT', path, body)
  }

  async patch(path, body) {
    return await this.#request('PATCH', path, body)
  }

  async delete(path, body) {
    return await this.#request('DELETE', path, body)
  }

  async stop() {
    this.#stopping.abort()
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), stopDeadlineMs)
    this.#process.kill('SIGTERM')
    await this.#exited
    clearTimeout(timer)
  }

  async #launch() {
    this.#process = spawn('dotnet', [builtSimulator(), '--urls', 'http://127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#exited = new Promise(resolve => this.#process.once('exit', resolve))
    process.once('exit', () => this.#process.kill('SIGKILL'))

    this.url = await new Promise((resolve, reject) => {
      const refuse = why => {
        clearTimeout(timer)
        reject(new Error(`the simulator ${why}\n${this.log}`))
      }
      const timer = setTimeout(() => refuse(`was not listening after ${startDeadlineMs} ms`), startDeadlineMs)
      this.#process.once('error', error => refuse(`did not start: ${error.message}`))
      this.#process.once('exit', code => refuse(`ended with code ${code}`))
      const read = line => {
        this.#log.push(line)
        if (this.#log.length > keptLogLines) this.#log.shift()
        const listening = /Now listening on: (http:\S+)/.exec(line)
        if (!listening) return
        clearTimeout(timer)
        resolve(listening[1])
      }
      onLines(this.#process.stdout, read)
      onLines(this.#process.stderr, read)
    })
  }

  /** Feeds `events` from the server's long poll until `stop`. */
  async #watch() {
    let since = 0
    while (!this.#stopping.signal.aborted) {
      try {
        for (const event of await this.get(`/events?since=${since}&wait=10`)) {
          since = event.sequence
          this.events.push(event.kind, event)
        }
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        this.events.push('watch-failed', error.message)
        return
      }
    }
  }

  async #request(method, path, body) {
    const response = await fetch(`${this.url}/sim${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(30_000)])
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} /sim${path}: ${response.status} ${text}\n${this.log}`)
    return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }
}

/** An account with its phone, whose owner links devices. */
class Account {
  #simulator

  constructor(simulator, view) {
    this.#simulator = simulator
    Object.assign(this, view)
  }

  /** Scans a QR; returns how the pairing ended. */
  async scan(qr) {
    return await this.#simulator.post(`/accounts/${this.phone}/scan`, { qr })
  }

  /** Types a pair code; returns how the pairing ended. */
  async typeCode(code) {
    return await this.#simulator.post(`/accounts/${this.phone}/code`, { code })
  }

  /** The device with a number as the server knows it; undefined when it is not linked. */
  async device(number) {
    return (await this.#simulator.get(`/accounts/${this.phone}/devices`)).find(({ device }) => device === number)
  }

  /** The next event of a kind that concerns this account. */
  async event(kind, matches = () => true) {
    return await this.#simulator.events.take(kind, event => event.account === this.phone && matches(event))
  }
}

function onLines(stream, read) {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', chunk => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    lines.forEach(read)
  })
}

function builtSimulator() {
  const configurations = process.env.WUTS_CONFIGURATION ? [process.env.WUTS_CONFIGURATION] : ['Release', 'Debug']
  const candidates = configurations
    .map(name => fileURLToPath(new URL(`../../../src/Wuts.Simulator/bin/${name}/net10.0/Wuts.Simulator.dll`, import.meta.url)))
    .filter(existsSync)
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  if (candidates.length === 0) throw new Error('build src/Wuts.Simulator first')
  return candidates[0]
}
