import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { Mailbox } from './mailbox.mjs'

/**
 * A device run by our own client, as a process. `events` has "qr", "linked", "failed", "synced" and "contact" with what the
 * mirror holds about somebody whenever that has changed.
 */
export class MirrorDevice {
  events = new Mailbox('mirror')
  #process

  constructor({ webSocketUrl, url, rootKey }) {
    this.#process = spawn('dotnet', [builtMirror(), webSocketUrl, `${url}/media`, Buffer.from(rootKey).toString('hex')], {
      stdio: ['pipe', 'pipe', 'inherit']
    })
    createInterface({ input: this.#process.stdout }).on('line', line => {
      const told = JSON.parse(line)
      this.events.push(told.kind, told)
    })
    this.#process.on('error', error => this.events.push('failed', error.message))
    this.#process.on('exit', code => this.events.push('exit', code))
  }

  async disconnect() {
    this.#process.stdin.end()
    await this.events.take('exit')
  }
}

function builtMirror() {
  const configurations = process.env.WUTS_CONFIGURATION ? [process.env.WUTS_CONFIGURATION] : ['Release', 'Debug']
  const candidates = configurations
    .map(name => fileURLToPath(new URL(`../mirror/bin/${name}/net10.0/Wuts.InteropMirror.dll`, import.meta.url)))
    .filter(existsSync)
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  if (candidates.length === 0) throw new Error('build tests/interop/mirror first')
  return candidates[0]
}
