import { makeWASocket, initAuthCreds } from 'baileys'
import { Mailbox } from './mailbox.mjs'

// What it tells an application about the account.
const told = [
  'contacts.upsert', 'contacts.update', 'lid-mapping.update', 'messaging-history.set', 'blocklist.update', 'groups.upsert',
  'groups.update', 'group-participants.update', 'messages.upsert'
]

/**
 * A device run by Baileys: credentials and keys outlive its connections, as in an application that stores them.
 * `events` has "qr", "open", "close" (the status code), "sent" (stanzas as text) and "received" (stanzas as nodes).
 */
export class BaileysDevice {
  events = new Mailbox('baileys')
  creds = initAuthCreds()
  #keys = new Map()
  #options
  #url

  constructor(webSocketUrl, options = {}) {
    this.#url = webSocketUrl
    this.#options = options
  }

  /** Opens a new connection. Baileys never does so by itself: every close is the end of a socket. */
  connect() {
    const socket = makeWASocket({
      waWebSocketUrl: this.#url,
      auth: { creds: this.creds, keys: this.#keyStore() },
      logger: this.#logger(),
      browser: ['Ubuntu', 'Chrome', '22.04.4'],
      syncFullHistory: false,
      markOnlineOnConnect: false,
      ...this.#options
    })
    socket.ev.on('creds.update', update => Object.assign(this.creds, update))
    socket.ev.on('connection.update', ({ qr, isNewLogin, connection, lastDisconnect }) => {
      if (qr) this.events.push('qr', qr)
      if (isNewLogin) this.events.push('paired', this.creds.me)
      if (connection === 'open') this.events.push('open')
      if (connection === 'close') this.events.push('close', lastDisconnect?.error?.output?.statusCode ?? lastDisconnect?.error?.message)
    })
    for (const name of told) socket.ev.on(name, value => this.events.push(name, value))
    socket.ws.on('frame', node => {
      if (node?.tag) this.events.push('received', node)
    })
    this.socket = socket
    return socket
  }

  disconnect() {
    this.socket?.end(undefined)
  }

  /** Baileys tells its traffic only to a logger at trace level. */
  #logger() {
    const quiet = () => {}
    const logger = {
      level: 'trace',
      trace: entry => {
        if (entry?.msg === 'xml send') this.events.push('sent', entry.xml)
      },
      debug: quiet,
      info: quiet,
      warn: (...entry) => this.events.push('warning', entry),
      error: (...entry) => this.events.push('error', entry),
      child: () => logger
    }
    return logger
  }

  #keyStore() {
    const keys = this.#keys
    return {
      get: (type, ids) => Object.fromEntries(ids.flatMap(id => keys.has(`${type}/${id}`) ? [[id, keys.get(`${type}/${id}`)]] : [])),
      set: changes => {
        for (const [type, values] of Object.entries(changes)) {
          for (const [id, value] of Object.entries(values)) {
            if (value == null) keys.delete(`${type}/${id}`)
            else keys.set(`${type}/${id}`, value)
          }
        }
      }
    }
  }
}
