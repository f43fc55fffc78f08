import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fixture } from '../lib/fixture.mjs'

const historyOfPushNames = 4
let used = 0

/** An account with two contacts, the second of whom is a business and blocked, and a group of all three. */
async function createWorld(simulator) {
  const base = 491700000000 + 1000 * ++used
  const account = await simulator.createAccount({ pushName: 'Alex', phoneIsOn: true })
  const ada = person(base + 1)
  const bob = person(base + 2)
  await simulator.post('/people', { ...ada.addresses, pushName: 'ada', about: 'Busy', picture: 'generated' })
  await simulator.post('/people', {
    ...bob.addresses,
    pushName: 'bob',
    business: {
      name: 'Bob Bakes',
      verifiedLevel: 'high',
      profile: {
        address: 'Street 1', description: 'Bread', email: 'bob@shop.example', websites: ['https://shop.example'],
        categories: { 1001: 'Bakery' }
      }
    }
  })
  await simulator.put(`/accounts/${account.phone}/contacts`, [
    { jid: ada.phone, fullName: 'Ada Lovelace', firstName: 'Ada' },
    { jid: bob.phone, fullName: 'Bob Byte' }
  ])
  await simulator.put(`/accounts/${account.phone}/blocks/${bob.phone}`)
  const group = await simulator.post('/groups', {
    creator: account.phone, members: [ada.phone, bob.phone], subject: 'Team', description: 'About us', announce: false
  })
  await simulator.patch(`/accounts/${account.phone}/history`, { on: true })
  return { account, ada, bob, group }
}

function person(number) {
  const phone = String(number)
  const lid = String(100000000000000 + number)
  return { phone, jid: `${phone}@s.whatsapp.net`, lid: `${lid}@lid`, addresses: { phone, lid } }
}

/** The first event that tells of a contact what is expected. */
async function contact(device, kind, id, matches = () => true) {
  const list = await device.events.take(kind, contacts => contacts.some(one => one.id === id && matches(one)))
  return list.find(one => one.id === id && matches(one))
}

describe('Baileys mirror', { timeout: 300_000 }, () => {
  const fixture = Fixture.register()

  /** A Baileys device that has read the address book. */
  async function synced(world) {
    const { device } = await fixture.linkedBaileys(world.account)
    await contact(device, 'contacts.upsert', world.bob.jid)
    return device
  }

  test('gets the address book, pairs of addresses, chats and push names', async () => {
    const { account, ada, bob } = await createWorld(fixture.simulator)
    const { device } = await fixture.linkedBaileys(account)

    const contacts = await device.events.take('contacts.upsert', list => list.some(({ id }) => id === bob.jid))
    assert.deepEqual(contacts.toSorted((a, b) => a.id.localeCompare(b.id)), [
      { id: ada.jid, name: 'Ada Lovelace', username: undefined, lid: ada.lid, phoneNumber: ada.jid },
      { id: bob.jid, name: 'Bob Byte', username: undefined, lid: bob.lid, phoneNumber: bob.jid }
    ])
    const names = await device.events.take('messaging-history.set', ({ syncType }) => syncType === historyOfPushNames)
    assert.equal(names.contacts.find(({ id }) => id === ada.lid)?.notify, 'ada')
    const chats = await device.events.take('messaging-history.set', history => history.chats.length > 0)
    assert.equal(chats.contacts.find(({ id }) => id === ada.lid)?.name, 'Ada Lovelace')
    const pairs = device.socket.signalRepository.lidMapping
    assert.equal(await pairs.getLIDForPN(ada.jid), ada.lid)
    assert.equal(await pairs.getPNForLID(bob.lid), bob.jid.replace('@', ':0@'))
  })

  test('reads block list, groups, business profile, about and pictures', async () => {
    const world = await createWorld(fixture.simulator)
    const { account, ada, bob, group } = world
    const { socket } = await synced(world)

    assert.deepEqual(await socket.fetchBlocklist(), [bob.lid])

    const read = (await socket.groupFetchAllParticipating())[group.jid]
    assert.equal(read.subject, 'Team')
    assert.equal(read.desc, 'About us')
    assert.equal(read.addressingMode, 'lid')
    assert.deepEqual(read.participants.map(({ id, phoneNumber, admin }) => ({ id, phoneNumber, admin })), [
      { id: group.members[0].lid, phoneNumber: `${account.phone}@s.whatsapp.net`, admin: 'superadmin' },
      { id: ada.lid, phoneNumber: ada.jid, admin: null },
      { id: bob.lid, phoneNumber: bob.jid, admin: null }
    ])

    const shop = await socket.getBusinessProfile(bob.jid)
    assert.equal(shop.description, 'Bread')
    assert.equal(shop.email, 'bob@shop.example')
    assert.equal(shop.category, 'Bakery')
    assert.deepEqual(shop.website, ['https://shop.example'])

    assert.equal((await socket.fetchStatus(ada.jid))[0].status.status, 'Busy')
    assert.deepEqual(await socket.onWhatsApp(ada.phone, '491709999999'), [{ jid: ada.jid, exists: true }])

    for (const size of ['preview', 'image']) {
      const response = await fetch(await socket.profilePictureUrl(ada.jid, size))
      assert.equal(response.status, 200)
      const bytes = Buffer.from(await response.arrayBuffer())
      assert.equal(bytes.subarray(0, 2).toString('hex'), 'ffd8', 'a JPEG file')
      assert.equal(bytes.subarray(-2).toString('hex'), 'ffd9', 'all of it')
    }
    await assert.rejects(socket.profilePictureUrl(bob.jid), /item-not-found/)
  })

  test('follows the address book of the phone; takes a removal for a change', async () => {
    const world = await createWorld(fixture.simulator)
    const { account, ada, bob } = world
    const device = await synced(world)
    const contacts = `/accounts/${account.phone}/contacts`

    await fixture.simulator.patch(`${contacts}/${ada.phone}`, { fullName: 'Ada King' })
    assert.equal((await contact(device, 'contacts.upsert', ada.jid, ({ name }) => name !== 'Ada Lovelace')).name, 'Ada King')

    await fixture.simulator.put(contacts, [{ jid: '491708888888', fullName: 'New One' }])
    assert.equal((await contact(device, 'contacts.upsert', '491708888888@s.whatsapp.net')).name, 'New One')

    // Baileys verifies the REMOVE and forgets which operation it was.
    await fixture.simulator.delete(`${contacts}/${bob.phone}`)
    assert.equal((await contact(device, 'contacts.upsert', bob.jid)).name, 'Bob Byte')
  })

  test('follows blocks, groups, pictures, abouts and push names', async () => {
    const world = await createWorld(fixture.simulator)
    const { account, ada, bob, group } = world
    const device = await synced(world)
    const { simulator } = fixture

    await simulator.delete(`/accounts/${account.phone}/blocks/${bob.phone}`)
    assert.deepEqual(await device.events.take('blocklist.update'), { blocklist: [bob.lid], type: 'remove' })
    await simulator.put(`/accounts/${account.phone}/blocks/${bob.phone}`)
    assert.deepEqual(await device.events.take('blocklist.update'), { blocklist: [bob.lid], type: 'add' })

    await simulator.patch(`/groups/${group.jid}`, { by: ada.phone, subject: 'Crew' })
    const [changed] = await device.events.take('groups.update', ([update]) => update.id === group.jid && update.subject === 'Crew')
    assert.equal(changed.author, ada.lid)

    const eve = person(Number(ada.phone) + 10)
    await simulator.post('/people', { ...eve.addresses, pushName: 'eve' })
    await simulator.post(`/groups/${group.jid}/members`, { by: account.phone, add: [eve.phone] })
    const joined = await device.events.take('group-participants.update', ({ action }) => action === 'add')
    assert.deepEqual(joined.participants, [{ id: eve.lid, phoneNumber: eve.jid, admin: null }])
    await simulator.post(`/groups/${group.jid}/members`, { leave: [eve.phone] })
    const left = await device.events.take('group-participants.update', ({ action }) => action === 'remove')
    assert.equal(left.participants[0].id, eve.lid)
    assert.equal(left.author, eve.lid)

    const before = await device.socket.profilePictureUrl(ada.jid, 'image')
    await simulator.patch(`/people/${ada.phone}`, { picture: 'generated', about: 'Free' })
    assert.equal((await contact(device, 'contacts.update', ada.jid)).imgUrl, 'changed')
    assert.notEqual(await device.socket.profilePictureUrl(ada.jid, 'image'), before)
    assert.equal((await device.socket.fetchStatus(ada.jid))[0].status.status, 'Free')

    await simulator.post(`/people/${ada.phone}/messages`, { to: account.phone, text: 'hello', pushName: 'Countess' })
    assert.equal((await contact(device, 'contacts.update', ada.jid, ({ notify }) => notify)).notify, 'Countess')
  })

  test('is told of a changed number and tells nobody', async () => {
    const world = await createWorld(fixture.simulator)
    const { ada } = world
    const device = await synced(world)
    const next = person(Number(ada.phone) + 30)

    await fixture.simulator.post(`/people/${ada.phone}/number`, { phone: next.phone })

    const notice = await device.events.take('received', ({ tag, attrs, content }) =>
      tag === 'notification' && attrs.type === 'contacts' && content?.[0]?.tag === 'modify')
    assert.equal(notice.content[0].attrs.old, ada.jid)
    assert.equal(notice.content[0].attrs.new, next.jid)
    await device.events.take('sent', xml => xml.startsWith('<ack') && xml.includes(`id='${notice.attrs.id}'`))
    for (const kind of ['contacts.update', 'contacts.upsert', 'lid-mapping.update']) {
      assert.equal(device.events.count(kind, told => JSON.stringify(told).includes(next.phone)), 0, kind)
    }
    assert.deepEqual(await device.socket.onWhatsApp(next.phone), [{ jid: next.jid, exists: true }])
    assert.deepEqual(await device.socket.onWhatsApp(ada.phone), [])
  })

  test('writes contacts that the phone and our client take over', async () => {
    const world = await createWorld(fixture.simulator)
    const { account, ada } = world
    const device = await synced(world)
    const { device: mirror } = await fixture.linkedMirror(account)
    const other = person(Number(ada.phone) + 20)
    await mirror.events.take('contact', ({ jid, fullName }) => jid === ada.jid && fullName === 'Ada Lovelace')

    await device.socket.addOrEditContact(other.jid, {
      fullName: 'Grace Hopper', firstName: 'Grace', lidJid: other.lid, saveOnPrimaryAddressbook: true
    })

    const seen = await mirror.events.take('contact', ({ jid, saved, lid }) => jid === other.jid && saved && lid)
    assert.deepEqual(seen, {
      kind: 'contact', jid: other.jid, saved: true, fullName: 'Grace Hopper', firstName: 'Grace', onPhone: true, lid: other.lid
    })
    const { items } = await fixture.simulator.get(`/accounts/${account.phone}/contacts`)
    assert.equal(items.find(({ jid }) => jid === other.jid)?.fullName, 'Grace Hopper')

    await device.socket.addOrEditContact(other.jid, { fullName: 'Admiral Hopper' })
    await mirror.events.take('contact', ({ jid, fullName }) => jid === other.jid && fullName === 'Admiral Hopper')

    await device.socket.removeContact(other.jid)
    await mirror.events.take('contact', ({ jid, saved }) => jid === other.jid && !saved)
    const left = await fixture.simulator.get(`/accounts/${account.phone}/contacts`)
    assert.equal(left.items.some(({ jid }) => jid === other.jid), false)
  })
})
