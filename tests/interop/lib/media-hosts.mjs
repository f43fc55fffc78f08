// Baileys downloads media from WhatsApp's own host whatever its options say, with the global fetch. Requests for that host go
// to the simulator instead; all others are left alone.
const whatsAppMedia = /^https:\/\/[a-z0-9.-]+\.whatsapp\.net\//

/** Sends downloads to the media of a simulator from now on. */
export function serveMediaFrom(simulatorUrl) {
  const original = globalThis.fetch
  globalThis.fetch = (url, options) =>
    original(typeof url === 'string' ? url.replace(whatsAppMedia, `${simulatorUrl}/media/`) : url, options)
}
