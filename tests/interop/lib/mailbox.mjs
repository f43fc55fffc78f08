/**
 * What happened, in order, and a way to wait for the next thing that matches. Events that come before anybody waits are
 * kept, so a test acts first and asks afterwards without a race.
 */
export class Mailbox {
  #items = []
  #waiters = new Set()

  constructor(name) {
    this.name = name
  }

  push(kind, value) {
    const item = { kind, value }
    this.#items.push(item)
    for (const waiter of [...this.#waiters]) waiter(item)
  }

  /** The value of the first `kind` that fulfils `matches`, from those waiting or from those to come; it is taken out. */
  async take(kind, matches = () => true, { within = 60_000 } = {}) {
    const wanted = item => item.kind === kind && matches(item.value)
    const found = this.#items.findIndex(wanted)
    if (found >= 0) return this.#items.splice(found, 1)[0].value

    return await new Promise((resolve, reject) => {
      const settle = (act, value) => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
        act(value)
      }
      const waiter = item => {
        if (!wanted(item)) return
        this.#items.splice(this.#items.indexOf(item), 1)
        settle(resolve, item.value)
      }
      const timer = setTimeout(() => settle(reject, new Error(
        `${this.name}: no "${kind}" ${matches} within ${within} ms; not taken: ${this.#describe()}`)), within)
      this.#waiters.add(waiter)
    })
  }

  /** How many of `kind` are there and not taken. */
  count(kind, matches = () => true) {
    return this.#items.filter(item => item.kind === kind && matches(item.value)).length
  }

  clear() {
    this.#items.length = 0
  }

  #describe() {
    const shown = this.#items.slice(-20).map(({ kind, value }) => `${kind} ${JSON.stringify(value)?.slice(0, 200)}`)
    return shown.join('; ') || 'nothing'
  }
}
