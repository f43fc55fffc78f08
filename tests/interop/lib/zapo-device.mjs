import { WebSocket } from 'ws'
import { createStore, WaClient } from 'zapo-js'
import { Mailbox } from './mailbox.mjs'

// zapo uses the WebSocket of the browser or of newer Node versions; the same one everywhere makes the tests comparable.
globalThis.WebSocket = WebSocket

/**
 * A device run by zapo with all its checks on. Only the root of the server certificates is replaced, by the hook that
 * zapo has for this. It reconnects by itself.
 * `events` has "qr", "paired", "open" (logged in), "connection", "failure", "error", "log", "sent" and
 * "received" (stanzas as nodes).
 */
export class ZapoDevice {
  events = new Mailbox('zapo')

  constructor(webSocketUrl, rootKey) {
    this.client = new WaClient({
      store: createStore({ backends: { test: { stores: { auth: memoryAuthStore }, caches: {} } }, providers: { auth: 'test' } }),
      sessionId: 'interop',
      chatSocketUrls: [webSocketUrl],
      reconnectIntervalMs: 200,
      testHooks: { noiseRootCa: { publicKey: rootKey, serial: 0 } }
    }, this.#logger())

    const keep = (event, kind, pick) => this.client.on(event, value => this.events.push(kind, pick(value)))
    keep('auth_qr', 'qr', ({ qr }) => qr)
    keep('auth_pairing_code', 'code', ({ code }) => code)
    keep('auth_paired', 'paired', ({ credentials }) => ({ jid: credentials.meJid, lid: credentials.meLid }))
    keep('connection_success', 'open', ({ node }) => node.attrs)
    keep('connection', 'connection', ({ status, reason, isLogout }) => ({ status, reason, isLogout }))
    keep('failure', 'failure', ({ failureReason }) => failureReason)
    keep('client_error', 'error', ({ error }) => error.message)
    keep('transport_node_out', 'sent', ({ node }) => node)
    keep('transport_node_in', 'received', ({ node }) => node)
  }

  async connect() {
    await this.client.connect()
  }

  async disconnect() {
    await this.client.disconnect()
  }

  #logger() {
    const quiet = () => {}
    const note = level => (message, context) => this.events.push('log', { level, message, error: context?.message })
    return { level: 'info', trace: quiet, debug: quiet, info: note('info'), warn: note('warn'), error: note('error') }
  }
}

function memoryAuthStore() {
  let stored = null
  return {
    load: async () => stored,
    save: async credentials => { stored = credentials },
    clear: async () => { stored = null }
  }
}
