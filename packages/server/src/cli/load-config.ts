import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { CONFIG_FILE_BYTES_MAX, parseConfigFile } from '../config/config-file.ts'
import { environmentCredentials } from '../config/credentials.ts'
import type { Environment } from '../config/environment.ts'
import type { Place } from '../config/home.ts'
import type { Problem } from '../config/problem.ts'
import { type Resolved, resolveConfig } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'
import { PROVIDER_ROWS } from '../providers/rows.ts'
import { unreadableSecrets } from './unreadable-secrets.ts'

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
  const added = dotenv === undefined ? undefined : await readDotenv(dotenv)
  const whole: Environment = { ...added, ...env }
  const found = typeof flagged === 'string' ? flagged : whole['KEYWAY_CONFIG']
  const path = found === undefined || found === '' ? undefined : resolve(place.workingFolder, found)
  const file = path === undefined ? undefined : await readConfigFile(path)
  const problems: Problem[] = file !== undefined && 'message' in file ? [file] : []
  const text: { file?: { text: string; path: string } } = file !== undefined && 'text' in file ? { file } : {}
  const resolved = resolveConfig({ flags: settings, env: whole, place, ...text })
  problems.push(...keyProblems(resolved.config, whole))
  const line = text.file === undefined ? () => ({}) : linesOf(text.file)
  const unreadable = resolved.config === undefined ? [] : await unreadableSecrets(resolved.config, whole, line)
  return {
    ...resolved,
    config: problems.length === 0 ? resolved.config : undefined,
    problems: [...problems, ...resolved.problems],
    warnings: [...resolved.warnings, ...unreadable],
    env: whole,
    dotenv: added === undefined ? undefined : dotenv,
  }
}

function linesOf(file: { text: string; path: string }) {
  const { line } = parseConfigFile(file.text, file.path)
  return (path: readonly PropertyKey[]): Pick<Problem, 'file' | 'line'> => {
    const at = line(path)
    return at === undefined ? {} : { file: file.path, line: at }
  }
}

/** A provider's key that is set twice, where keys of the environment are used at all. */
function keyProblems(config: Config | undefined, env: Environment): Problem[] {
  if (config === undefined || config.demo || !config.environment_credentials.use) return []
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
async function readDotenv(path: string): Promise<Environment | undefined> {
  try {
    return parseEnv(await readFile(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The operating system's name of a failure ('ENOENT'). */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
