import type { ExportFile } from '@keyway/contract'

/** As the server has it. Bytes. */
export const IMPORT_BYTES_MAX = 64 * 1024 * 1024

/** A file that cannot be what is brought in. */
export class NoImport extends Error {
  readonly reason: 'too_large' | 'not_json'
  constructor(reason: 'too_large' | 'not_json') {
    super(reason)
    this.name = 'NoImport'
    this.reason = reason
  }
}

/** Reads a chosen file. What is in it, the server judges. @throws NoImport */
export async function readImport(file: Blob): Promise<ExportFile | unknown[]> {
  if (file.size > IMPORT_BYTES_MAX) throw new NoImport('too_large')
  let read: unknown
  try {
    read = JSON.parse(await file.text())
  } catch {
    throw new NoImport('not_json')
  }
  if (typeof read !== 'object' || read === null) throw new NoImport('not_json')
  return read as ExportFile | unknown[]
}
