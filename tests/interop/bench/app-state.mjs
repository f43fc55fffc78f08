// Baileys' way from the bytes of an address book to verified, decoded contacts, with the files that
// `Wuts.Benchmarks make-appstate` writes: `node app-state.mjs time|peak FOLDER CASE`, one JSON line.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePatches, decodeSyncdSnapshot, proto } from 'baileys'

const warmUpMs = 1500
const sampleMs = 500

const [mode, folder, name] = process.argv.slice(2)
const { collection, contacts, snapshotHash, finalHash, keys } = JSON.parse(readFileSync(join(folder, 'appstate.json'), 'utf8'))
const keyRing = new Map(keys.map(({ id, data }) =>
  [Buffer.from(id, 'hex').toString('base64'), { keyData: Buffer.from(data, 'hex') }]))
const getKey = async id => keyRing.get(id)

// It warns of MACs that are wrong and goes on; there would be nothing to measure.
const quiet = () => {}
const logger = { trace: quiet, debug: quiet, warn: (entry, message) => { throw new Error(`${message} ${JSON.stringify(entry)}`) } }

/** Each case reads its files and gives the work, which can be done again and again. */
const cases = {
  snapshot() {
    const bytes = readFileSync(join(folder, 'snapshot.bin'))
    return async () => {
      const decoded = await decodeSyncdSnapshot(collection, proto.SyncdSnapshot.decode(bytes), getKey, undefined, true, logger)
      assert.equal(decoded.state.hash.toString('hex'), snapshotHash)
      assert.equal(Object.keys(decoded.mutationMap).length, contacts)
      return decoded.state
    }
  },

  async patches() {
    const state = await cases.snapshot()()
    const patches = join(folder, 'patches')
    const files = readdirSync(patches).sort().map(file => readFileSync(join(patches, file)))
    return async () => {
      const decoded = files.map(file => proto.SyncdPatch.decode(file))
      const { state: after } = await decodePatches(collection, decoded, state, getKey, {}, undefined, logger, true)
      assert.equal(after.hash.toString('hex'), finalHash)
    }
  }
}

/** Processor time of the whole process, garbage collection included: other load on the machine disturbs it least. */
async function usedMs(run) {
  const start = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** Repeats until enough time is used; the mean of one run. */
async function meanMs(run, enough) {
  let used = 0
  let count = 0
  for (; used < enough; count++) used += await usedMs(run)
  return used / count
}

/** Highest working set so far. What the operating system says of a process elsewhere counts the one that started it. */
function peakKiB() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
}

const run = await cases[name]()
if (mode === 'peak') {
  await run()
  console.log(JSON.stringify({ kib: peakKiB() }))
} else {
  await meanMs(run, warmUpMs)
  console.log(JSON.stringify({ ms: await meanMs(run, sampleMs) }))
}
