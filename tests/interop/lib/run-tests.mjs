// Runs every file under test/ with Node's own runner: a readable report on standard output and, when TAP_FILE is set, a
// TAP file for the caller to count. Each file has a simulator of its own; mostly they wait, so three run at a time.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../test/', import.meta.url))
const only = process.argv.slice(2)
const files = readdirSync(folder)
  .filter(name => name.endsWith('.test.mjs') && (only.length === 0 || only.some(part => name.includes(part))))
  .map(name => folder + name)

const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout']
if (process.env.TAP_FILE) reporters.push('--test-reporter=tap', `--test-reporter-destination=${process.env.TAP_FILE}`)

const options = ['--test', '--test-concurrency=3', ...reporters]
const { status } = spawnSync(process.execPath, [...options, ...files], { stdio: 'inherit' })
process.exit(files.length > 0 ? status ?? 1 : 1)
