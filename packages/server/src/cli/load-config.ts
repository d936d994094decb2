import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { CONFIG_FILE_BYTES_MAX, parseConfigFile } from '../config/config-file.ts'
import { environmentCredentials } from '../config/credentials.ts'
import type { Environment } from '../config/environment.ts'
import type { Place } from '../config/home.ts'
import type { Problem } from '../config/problem.ts'
import { secretReferenceSchema } from '../config/providers.ts'
import { type Resolved, resolveConfig, type Source } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'
import { PROVIDER_ROWS } from '../providers/rows.ts'
import { codeOf } from './message-of.ts'
import { type Locate, type ProviderKeys, unreadableCertificates, unreadableSecrets } from './unreadable-files.ts'

/** The configuration, and the environment it was read with. */
export type LoadedConfig = Resolved & {
  /** The process's environment over what `.env` adds. */
  env: Environment
  /** The `.env` that was read, or undefined. */
  dotenv: string | undefined
}

/** What {@link loadConfig} starts from. */
export type ConfigRequest = {
  /** By setting; `config` is the path of the configuration file. */
  flags: Readonly<Record<string, string | boolean | undefined>>
  env: Environment
  place: Place
}

/** Reads `.env` (in development) and the configuration file, and settles every setting. Problems are data, not errors. */
export async function loadConfig({ flags, env, place }: ConfigRequest): Promise<LoadedConfig> {
  const { config: flagged, ...settings } = flags
  const dotenv = env['NODE_ENV'] === 'production' ? undefined : join(place.workingFolder, '.env')
  const read = dotenv === undefined ? undefined : await readDotenv(dotenv)
  const added = read === undefined || 'problem' in read ? undefined : read.values
  const whole: Environment = { ...added, ...env }
  const found = typeof flagged === 'string' ? flagged : whole['KEYWAY_CONFIG']
  const path = found === undefined || found === '' ? undefined : resolve(place.workingFolder, found)
  const file = path === undefined ? undefined : await readConfigFile(path)
  const problems: Problem[] = file !== undefined && 'message' in file ? [file] : []
  if (read !== undefined && 'problem' in read) problems.push(read.problem)
  const text: { file?: { text: string; path: string } } = file !== undefined && 'text' in file ? { file } : {}
  const resolved = resolveConfig({ flags: settings, env: whole, place, ...text })
  // What can be read is looked at whatever else is wrong, so that everything is told at once.
  const { settled, sources } = resolved
  const locate = text.file === undefined ? () => ({}) : locator(text.file, sources)
  const keys = settled.providers.length > 0 ? settled.providers.map(({ key }) => key) : writtenKeys(text.file)
  problems.push(
    ...resolved.problems,
    ...keyProblems(settled, whole),
    ...(await unreadableCertificates(settled, locate)),
  )
  return {
    ...resolved,
    config: problems.length === 0 ? settled : undefined,
    problems: problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    warnings: [...resolved.warnings, ...(await unreadableSecrets(settled, { keys, env: whole, locate }))],
    env: whole,
    dotenv: added === undefined ? undefined : dotenv,
  }
}

/** Finds where a setting stands, if it is the file that decides it. */
function locator(file: { text: string; path: string }, sources: readonly Source[]): Locate {
  const { line } = parseConfigFile(file.text, file.path)
  const elsewhere = sources.filter(({ from }) => from === 'flag' || from === 'environment').map(({ name }) => name)
  return (path) => {
    const name = path.join('.')
    const at = elsewhere.some((one) => name === one || name.startsWith(`${one}.`)) ? undefined : line(path)
    return at === undefined ? {} : { file: file.path, line: at }
  }
}

/** Of a list that is not valid as a whole: the references that are. */
function writtenKeys(file: { text: string; path: string } | undefined): ProviderKeys {
  const list = file === undefined ? undefined : parseConfigFile(file.text, file.path).get(['providers'])
  if (file === undefined || !Array.isArray(list)) return []
  return list.map((item: unknown) => {
    const key = typeof item === 'object' && item !== null && 'key' in item ? item.key : undefined
    const { data } = secretReferenceSchema.safeParse(key)
    return data !== undefined && 'file' in data ? { file: resolve(dirname(file.path), data.file) } : data
  })
}

/** A provider's key that is set twice, where keys of the environment are used at all. */
function keyProblems(config: Config, env: Environment): Problem[] {
  if (config.demo || !config.environment_credentials.use) return []
  return environmentCredentials(env, PROVIDER_ROWS).problems
}

async function readConfigFile(path: string): Promise<{ text: string; path: string } | Problem> {
  try {
    const { size } = await stat(path)
    if (size > CONFIG_FILE_BYTES_MAX)
      return { name: 'config', message: `${path} is larger than ${CONFIG_FILE_BYTES_MAX} bytes` }
    return { text: await readFile(path, 'utf8'), path }
  } catch (error) {
    return { name: 'config', message: `${path} cannot be read (${codeOf(error)})` }
  }
}

/** @returns undefined when there is none */
async function readDotenv(path: string): Promise<{ values: Environment } | { problem: Problem } | undefined> {
  try {
    return { values: parseEnv(await readFile(path, 'utf8')) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    // A folder, often: Docker makes one where a file to be mounted is not there.
    return { problem: { name: '.env', message: `${path} cannot be read (${codeOf(error)})` } }
  }
}
