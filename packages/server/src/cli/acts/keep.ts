import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { defineAct } from './act.ts'

/** A consistent copy of the database in one file, taken while it is in use. The root key is not in it. */
export const backUp = defineAct({
  name: 'backup',
  args: z.strictObject({ path: z.string().refine(isAbsolute, { error: 'expected an absolute path' }) }),
  result: z.object({
    path: z.string(),
    bytes: z.number(),
    root_key_included: z.literal(false),
    root_key_file: z.string(),
  }),
  async run(house, { path }) {
    const there = await stat(path).then(
      () => true,
      () => false,
    )
    if (there)
      throw new KeywayError('conflict', `${path} exists already.`, {
        fix: 'Choose another name: a backup never replaces a file.',
      })
    await house.store.backup(path)
    const { size } = await stat(path)
    return { path, bytes: size, root_key_included: false as const, root_key_file: house.config.root_key_file }
  },
})

/** A new root key version, and everything wrapped under it. */
export const rotateVault = defineAct({
  name: 'vault.rotate',
  args: z.strictObject({ data_keys: z.boolean().optional() }),
  result: z.object({
    primary: z.number(),
    rewrapped: z.number(),
    /** Versions that the root key file need no longer hold, once no older backup is wanted. */
    removable: z.array(z.number()),
    /** Secrets sealed anew; null where only the root key changed. */
    resealed: z.number().nullable(),
    root_key_file: z.string(),
  }),
  async run(house, { data_keys = false }) {
    const report = await house.vault.rotate(house.config.root_key_file, house.actor)
    const resealed = data_keys ? (await house.vault.rotateDataKeys(house.actor)).resealed : null
    return { ...report, resealed, root_key_file: house.config.root_key_file }
  },
})

/** Is a server there, which, and where. */
export const showStatus = defineAct({
  name: 'status',
  args: z.strictObject({}),
  result: z.object({
    pid: z.number(),
    url: z.string().nullable(),
    version: z.string(),
    home: z.string(),
    install_id: z.string(),
  }),
  run: async (house) => ({
    pid: process.pid,
    url: house.url ?? null,
    version: house.version,
    home: house.config.home,
    install_id: house.store.installId,
  }),
})
