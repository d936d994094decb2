import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diskRows } from './disk.ts'
import { createSealedStore, memoryRows, type SealedRows } from './sealed-store.ts'
import { createSealer, newSealingSecret, SealError } from './sealer.ts'

const SECRET = 'sk-or-v1-canary'
const owner = { user: 'user_1', name: 'openrouter' }
const one = { id: 'k1', secret: newSealingSecret() }
const two = { id: 'k2', secret: newSealingSecret() }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-sealed-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As docs/connect.md shows it. */
function sqlRows(): SealedRows & { all(): unknown } {
  const database = new DatabaseSync(':memory:')
  database.exec(
    'CREATE TABLE connect_secret (user_id TEXT NOT NULL, name TEXT NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (user_id, name))',
  )
  const select = database.prepare('SELECT sealed FROM connect_secret WHERE user_id = ? AND name = ?')
  const upsert = database.prepare(
    'INSERT INTO connect_secret VALUES (?, ?, ?) ON CONFLICT (user_id, name) DO UPDATE SET sealed = excluded.sealed',
  )
  const replace = database.prepare('UPDATE connect_secret SET sealed = ? WHERE user_id = ? AND name = ? AND sealed = ?')
  const remove = database.prepare('DELETE FROM connect_secret WHERE user_id = ? AND name = ?')
  return {
    read: ({ user, name }) => select.get(user, name)?.['sealed']?.toString(),
    write({ user, name }, sealed, was) {
      if (sealed === undefined) remove.run(user, name)
      else if (was !== undefined) replace.run(sealed, user, name, was)
      else upsert.run(user, name, sealed)
    },
    all: () => database.prepare('SELECT * FROM connect_secret').all(),
  }
}

describe('the sealer', () => {
  test.each([
    ['no key', []],
    ['a short secret', [{ id: 'k1', secret: 'c2VzYW1l' }]],
    ['a secret that is no base64url', [{ id: 'k1', secret: '='.repeat(43) }]],
    ['two keys of one id', [one, { ...two, id: 'k1' }]],
    ['an id with a dot', [{ ...one, id: 'k.1' }]],
  ])('refuses %s', (_name, keys) => {
    expect(() => createSealer(keys)).toThrow(TypeError)
  })

  test('opens nothing that was changed anywhere, is another owner\u2019s, or has another purpose', async () => {
    const sealer = createSealer([one])
    const sealed = await sealer.seal(SECRET, owner)
    const fail = async (text: string, of = owner, by = sealer) => {
      const error = await by.open(text, of).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(SealError)
      expect(inspect(error)).not.toContain(SECRET)
    }
    const body = sealed.lastIndexOf('.') + 1
    for (let at = body; at < sealed.length; at++) {
      await fail(`${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`)
    }
    for (const text of [
      '',
      'kc1',
      'kc1.k1.',
      sealed.slice(0, -4),
      `${sealed}.x`,
      sealed.replace('kc1', 'kc2'),
      `${sealed}=`,
    ]) {
      await fail(text)
    }
    await fail(sealed, { ...owner, user: 'user_2' })
    await fail(sealed, { ...owner, name: 'other' })
    await fail(sealed, { user: 'user_1","openrouter', name: '' })
    await fail(sealed, owner, createSealer([one], 'cookie'))
    await fail(sealed, owner, createSealer([{ ...two, id: 'k1' }]))
    await fail(sealed, owner, createSealer([two]))
    expect(await sealer.open(sealed, owner)).toBe(SECRET)
  })

  test('gives a byte order mark back, and refuses half a character, which could not be', async () => {
    const sealer = createSealer([one])
    expect(await sealer.open(await sealer.seal('\ufeffkey', owner), owner)).toBe('\ufeffkey')
    await expect(sealer.seal('key\ud83d', owner)).rejects.toThrow(TypeError)
  })

  test('gives any text back, and never the same bytes twice', async () => {
    const sealer = createSealer([one])
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (text, user) => {
        const [first, second] = [
          await sealer.seal(text, { user, name: '' }),
          await sealer.seal(text, { user, name: '' }),
        ]
        expect(first).not.toBe(second)
        expect(await sealer.open(first, { user, name: '' })).toBe(text)
      }),
      { numRuns: 50 },
    )
  })
})

describe.each([
  ['in memory', () => memoryRows()],
  ['on disk', () => diskRows(join(folder, 'rows'))],
  ['in SQL', () => sqlRows()],
])('a sealed store %s', (_name, open) => {
  test('keeps, replaces, deletes, and never mixes two owners up', async () => {
    const store = createSealedStore([one], open())
    expect(await store.get(owner)).toBeUndefined()
    await store.put(owner, 'before')
    await store.put(owner, SECRET)
    await store.put({ ...owner, user: 'user_2' }, 'other')
    expect(await store.get(owner)).toBe(SECRET)
    await store.delete(owner)
    await store.delete(owner)
    expect(await store.get(owner)).toBeUndefined()
    expect(await store.get({ ...owner, user: 'user_2' })).toBe('other')
  })

  test('opens what an older key sealed, seals anew under the first, and then the old key may go', async () => {
    const rows = open()
    await createSealedStore([one], rows).put(owner, SECRET)
    const both = createSealedStore([two, one], rows)
    expect(await both.get(owner)).toBe(SECRET)
    await expect(createSealedStore([two], rows).get(owner)).rejects.toThrow(SealError)
    expect([await both.reseal(owner), await both.reseal(owner)]).toEqual([true, false])
    expect(await createSealedStore([two], rows).get(owner)).toBe(SECRET)
    expect(await both.reseal({ user: 'nobody', name: '' })).toBe(false)
  })

  test('a key that is kept while an older one is sealed anew stands; so does a deletion', async () => {
    const rows = open()
    await createSealedStore([one], rows).put(owner, 'before')
    const store = createSealedStore([two, one], rows)
    const acts = [store.reseal(owner), store.put(owner, 'after'), store.reseal(owner)]
    expect(await Promise.all(acts)).toEqual([true, undefined, false])
    expect(await store.get(owner)).toBe('after')
    await createSealedStore([one], rows).put(owner, 'before')
    await Promise.all([store.reseal(owner), store.delete(owner)])
    expect(await store.get(owner)).toBeUndefined()
  })

  test('sealing anew does not undo what another process kept meanwhile', async () => {
    const rows = open()
    await createSealedStore([one], rows).put(owner, 'before')
    const racing: SealedRows = {
      async read(of) {
        const sealed = await rows.read(of)
        await createSealedStore([two], rows).put(of, 'of another process')
        return sealed
      },
      write: rows.write,
    }
    await createSealedStore([two, one], racing).reseal(owner)
    expect(await createSealedStore([two], rows).get(owner)).toBe('of another process')
  })

  test('a row that somebody put in another\u2019s place does not open there', async () => {
    const rows = open()
    const store = createSealedStore([one], rows)
    await store.put(owner, SECRET)
    await rows.write({ ...owner, user: 'mallory' }, await rows.read(owner))
    await expect(store.get({ ...owner, user: 'mallory' })).rejects.toThrow(SealError)
  })
})

describe('on disk', () => {
  test('files are the owner\u2019s alone, named after nobody, hold no secret, and none is left half written', async () => {
    const place = join(folder, 'alone')
    const store = createSealedStore([one], diskRows(place))
    const hostile = { user: '../../../etc/passwd', name: '\0' }
    const values = Array.from({ length: 20 }, (_, n) => `${SECRET}-${n}`)
    await Promise.all(values.map((value) => store.put(hostile, value)))
    expect(values).toContain(await store.get(hostile))
    const files = readdirSync(place)
    expect(files).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.sealed$/)])
    const file = join(place, files[0] ?? '')
    expect(readFileSync(file, 'utf8')).not.toContain('canary')
    expect([statSync(file).mode & 0o777, statSync(place).mode & 0o777]).toEqual([0o600, 0o700])
  })

  test('a file that was cut short anywhere, or emptied, is an error and never another key', async () => {
    const place = join(folder, 'cut')
    const store = createSealedStore([one], diskRows(place))
    await store.put(owner, SECRET)
    const file = join(place, readdirSync(place)[0] ?? '')
    const whole = readFileSync(file, 'utf8')
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.slice(0, length))
      await expect(store.get(owner)).rejects.toThrow(SealError)
    }
    await store.put(owner, 'again')
    expect(await store.get(owner)).toBe('again')
  })

  test('what a write that was cut off left behind is swept, what another process is writing is not', async () => {
    const place = join(folder, 'left')
    await createSealedStore([one], diskRows(place)).put(owner, SECRET)
    const [name = ''] = readdirSync(place)
    const [old, fresh, foreign] = [`${name}.${'0'.repeat(16)}`, `${name}.${'1'.repeat(16)}`, 'notes.txt']
    for (const left of [old, fresh, foreign]) writeFileSync(join(place, left), 'half')
    for (const left of [old, foreign]) utimesSync(join(place, left), 0, 0)
    await createSealedStore([one], diskRows(place)).put(owner, SECRET)
    expect(readdirSync(place).sort()).toEqual([name, fresh, foreign].sort())
  })

  test('a folder that cannot be one is an error, not an empty store', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const store = createSealedStore([one], diskRows(file))
    await expect(store.get(owner)).rejects.toThrow('ENOTDIR')
    await expect(store.put(owner, SECRET)).rejects.toThrow()
  })
})
