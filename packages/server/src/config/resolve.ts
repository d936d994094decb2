import { posix, win32 } from 'node:path'
import { checkExposure } from './bind.ts'
import { type ConfigFile, parseConfigFile } from './config-file.ts'
import { check, type Environment, type Reading, readText, strayVariables } from './environment.ts'
import { absolutePath, defaultHome, type Place } from './home.ts'
import { checkMail } from './mail.ts'
import type { Problem } from './problem.ts'
import { type Config, configSchema } from './schema.ts'
import { SETTINGS, type Setting } from './settings.ts'

/** Everything that configuration can come from. Nothing is read here: the caller brings the texts. */
export type ConfigInputs = {
  /** By setting: { port: '8080', 'tls.cert': 'cert.pem' }. undefined: not given. */
  flags: Readonly<Record<string, string | boolean | undefined>>
  env: Environment
  /** The configuration file's text, and its path as the operator knows it. */
  file?: { text: string; path: string }
  /** What was set in the app, by setting. */
  saved?: Readonly<Record<string, unknown>>
  place: Place
}

/** Which setting came from where. */
export type Source = {
  name: string
  /** As text; '(set)' where it could hold more than a person wants to read. */
  value: string
  from: 'flag' | 'environment' | 'file' | 'saved' | 'default'
  /** '--port', 'KEYWAY_PORT', 'keyway.yaml:3', 'set in the app', 'default' */
  where: string
}

export type Resolved = {
  /** undefined where there are problems. */
  config: Config | undefined
  /** The same with problems left out: to look for further ones, never to start with. */
  settled: Config
  sources: Source[]
  /** Everything that is wrong, at once. */
  problems: Problem[]
  /** What works but is probably not meant. */
  warnings: Problem[]
}

type Origin = Pick<Source, 'from' | 'where'>
type Candidate = { origin: Origin; reading: Reading }

/**
 * Settles every setting by the order flag > environment > file > saved in the app > default. A value that loses is
 * checked all the same, so that a problem does not hide until its winner goes.
 */
export function resolveConfig(inputs: ConfigInputs): Resolved {
  const file = inputs.file && parseConfigFile(inputs.file.text, inputs.file.path)
  const problems: Problem[] = [...(file?.problems ?? [])]
  const values: Record<string, unknown> = {}
  const origins = new Map<string, Origin>()
  for (const setting of SETTINGS) {
    const candidates = candidatesFor(setting, inputs, file)
    for (const { origin, reading } of candidates) {
      // The file's own problems are known already, with their lines.
      if (!reading.ok && origin.from !== 'file')
        problems.push({ name: labelOf(setting, origin), message: reading.message })
    }
    const winner = candidates.find(({ reading }) => reading.ok)
    if (winner?.reading.ok !== true) continue
    put(values, setting.path, placed(setting, winner.reading.value, winner.origin, inputs))
    origins.set(setting.name, winner.origin)
  }
  // Every value was checked alone; reading them together fills in the defaults.
  const settled = configSchema.parse(values)
  const home = settled.home ?? defaultHome(inputs.env, inputs.place)
  const { join } = inputs.place.platform === 'win32' ? win32 : posix
  const config: Config = deepFreeze({
    ...settled,
    home,
    root_key_file: settled.root_key_file ?? join(home, 'root.key'),
  })
  const exposure = checkExposure(config)
  const together = [...exposure.problems, ...checkProviders(config), ...checkMail(config)]
  problems.push(...together.map((problem) => locate(problem, origins, file, inputs.file?.path)))
  const warnings = [
    ...exposure.warnings.map((problem) => locate(problem, origins, file, inputs.file?.path)),
    ...strayVariables(inputs.env),
  ]
  problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  return {
    config: problems.length === 0 ? config : undefined,
    settled: config,
    sources: describeSources(config, origins),
    problems,
    warnings,
  }
}

function candidatesFor(setting: Setting, inputs: ConfigInputs, file: ConfigFile | undefined): Candidate[] {
  const candidates: Candidate[] = []
  const flag = inputs.flags[setting.name]
  if (flag !== undefined) {
    const reading = typeof flag === 'boolean' ? check(setting, flag) : readText(setting, flag)
    candidates.push({ origin: { from: 'flag', where: flagName(setting, flag === false ? 'off' : 'on') }, reading })
  }
  const text = inputs.env[setting.variable]
  // Compose files and CI hand over unset variables as empty ones.
  if (text !== undefined && text.trim() !== '') {
    candidates.push({ origin: { from: 'environment', where: setting.variable }, reading: readText(setting, text) })
  }
  const written = file?.get(setting.path)
  if (written !== undefined && written !== null && inputs.file !== undefined) {
    const line = file?.line(setting.path)
    const where = line === undefined ? inputs.file.path : `${inputs.file.path}:${line}`
    candidates.push({ origin: { from: 'file', where }, reading: check(setting, written) })
  }
  const saved = inputs.saved?.[setting.name]
  if (saved !== undefined)
    candidates.push({ origin: { from: 'saved', where: 'set in the app' }, reading: check(setting, saved) })
  return candidates
}

/** '--tls-cert', '--no-open': how a setting is written on the command line, and how one that it switches off. */
export function flagName(setting: Pick<Setting, 'path'>, turned: 'on' | 'off' = 'on'): string {
  return `--${turned === 'off' ? 'no-' : ''}${setting.path.join('-').replaceAll('_', '-')}`
}

function labelOf(setting: Setting, origin: Origin): string {
  return origin.from === 'saved' ? setting.name : origin.where
}

/** Paths become absolute: those of the file are relative to it, the others to the working folder. */
function placed(setting: Setting, value: unknown, origin: Origin, inputs: ConfigInputs): unknown {
  const folder = origin.from === 'file' && inputs.file !== undefined ? folderOf(inputs.file.path, inputs.place) : '.'
  const absolute = (path: string) => absolutePath(path, folder, inputs.place)
  if (PATH_SETTINGS.has(setting.name) && typeof value === 'string') return absolute(value)
  if (setting.name === 'providers') return mapSecretFiles(value, 'key', absolute)
  return setting.name === 'sign_in.providers' ? mapSecretFiles(value, 'client_secret', absolute) : value
}

const PATH_SETTINGS: ReadonlySet<string> = new Set(['home', 'root_key_file', 'tls.cert', 'tls.key'])

/** @param member the one that is a reference to a secret */
function mapSecretFiles(value: unknown, member: string, absolute: (path: string) => string): unknown {
  if (!Array.isArray(value)) return value
  return value.map((provider: unknown) => {
    const reference = isRecord(provider) ? provider[member] : undefined
    if (!isRecord(provider) || !isRecord(reference) || typeof reference['file'] !== 'string') return provider
    return { ...provider, [member]: { file: absolute(reference['file']) } }
  })
}

function folderOf(path: string, place: Place): string {
  return (place.platform === 'win32' ? win32 : posix).dirname(path)
}

function checkProviders(config: Config): Problem[] {
  const seen = new Set<string>()
  return config.providers.flatMap((provider, index) => {
    const identity = `${provider.provider}/${provider.name ?? provider.provider}`
    if (!seen.has(identity)) {
      seen.add(identity)
      return []
    }
    return [
      { name: `providers[${index}].name`, message: 'two entries have this provider and name; give each its own name' },
    ]
  })
}

function locate(
  problem: Problem,
  origins: ReadonlyMap<string, Origin>,
  file: ConfigFile | undefined,
  path: string | undefined,
): Problem {
  const [setting = ''] = problem.name.split('[')
  if (origins.get(setting)?.from !== 'file' || path === undefined) return problem
  const steps = problem.name
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  for (let length = steps.length; length > 0; length--) {
    const line = file?.line(steps.slice(0, length))
    if (line !== undefined) return { ...problem, file: path, line }
  }
  return { ...problem, file: path }
}

function describeSources(config: Config, origins: ReadonlyMap<string, Origin>): Source[] {
  return SETTINGS.map((setting) => {
    const value = setting.path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), config)
    const origin = origins.get(setting.name) ?? { from: 'default' as const, where: 'default' }
    return { name: setting.name, value: showValue(value), from: origin.from, where: origin.where }
  })
}

function showValue(value: unknown): string {
  if (value === undefined) return '-'
  if (Array.isArray(value))
    return value.length === 0
      ? '-'
      : value.every((item) => typeof item === 'string')
        ? value.join(',')
        : `(${value.length} set)`
  if (isRecord(value)) return Object.keys(value).length === 0 ? '-' : `(${Object.keys(value).length} set)`
  return String(value)
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path
  if (name === undefined) return
  if (rest.length === 0) {
    target[name] = value
    return
  }
  const inner = isRecord(target[name]) ? target[name] : {}
  target[name] = inner
  put(inner, rest, value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
