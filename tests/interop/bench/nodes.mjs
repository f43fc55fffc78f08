// Times Baileys' encoder and decoder on the nodes of a file: `node nodes.mjs [file]`, one JSON line per node and operation.
import { readFileSync } from 'node:fs'
import { decodeBinaryNode, encodeBinaryNode } from 'baileys'

const warmUpMs = 1500
const batchMs = 40
const batches = 3

const file = process.argv[2] ?? new URL('../../Wuts.Benchmarks/Nodes/typical-nodes.json', import.meta.url)
const nodes = JSON.parse(readFileSync(file, 'utf8')).vectors.map(({ name, node }) => ({ name, node: toBaileys(node) }))

/** Attributes are ordered pairs in the file; Baileys finds out by itself which values are JIDs. */
function toBaileys({ tag, attrs = [], content }) {
  const node = { tag, attrs: Object.fromEntries(attrs.map(([key, value]) => [key, value?.jid ?? value])) }
  if (content?.nodes) node.content = content.nodes.map(toBaileys)
  else if (content?.bytes !== undefined) node.content = Buffer.from(content.bytes, 'hex')
  else if (content?.repeat) node.content = Buffer.alloc(content.repeat.count, parseInt(content.repeat.byte, 16))
  else if (content?.string !== undefined) node.content = content.string
  return node
}

let sink = 0 // results are used, so that no call can be optimised away

const operations = {
  encode: node => async count => {
    for (let i = 0; i < count; i++) sink += encodeBinaryNode(node).length
  },
  decode: node => {
    const frame = encodeBinaryNode(node)
    return async count => {
      for (let i = 0; i < count; i++) sink += (await decodeBinaryNode(frame)).tag.length
    }
  }
}

/** Processor time of the whole process, garbage collection included: other load on the machine disturbs it least. */
async function usedMs(run, count) {
  const start = process.cpuUsage()
  await run(count)
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** How many calls fill one batch. */
async function calibrate(run) {
  let count = 16
  for (;;) {
    const ms = await usedMs(run, count)
    if (ms >= batchMs / 2) return Math.ceil((count * batchMs) / ms)
    count *= 4
  }
}

const cases = nodes.flatMap(({ name, node }) => Object.entries(operations).map(([op, make]) => ({ name, op, run: make(node) })))

for (const start = performance.now(); performance.now() - start < warmUpMs; ) {
  for (const { run } of cases) await run(50)
}

for (const { name, op, run } of cases) {
  const count = await calibrate(run)
  const samples = []
  for (let i = 0; i < batches; i++) samples.push((await usedMs(run, count)) * 1e6 / count)
  samples.sort((a, b) => a - b)
  console.log(JSON.stringify({ name, op, nsPerOp: Math.round(samples[batches >> 1] * 10) / 10 }))
}

if (!(sink > 0)) throw new Error('nothing was measured')
