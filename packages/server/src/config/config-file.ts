import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { issueMessage, issueName, unknownName } from './issue-message.ts'
import type { Problem } from './problem.ts'
import { configSchema } from './schema.ts'
import { namesAt } from './settings.ts'

/** The configuration file, read as far as it can be. */
export type ConfigFile = {
  /** What it sets, by the names of the schema, checked; absent where a problem says why. */
  get(path: readonly string[]): unknown
  /** The line of a setting, or undefined where the file does not set it. From 1. */
  line(path: readonly PropertyKey[]): number | undefined
  problems: Problem[]
}

/** Largest file that is read, in bytes: a thousand providers and prices take about 200 kB. */
export const CONFIG_FILE_BYTES_MAX = 1_048_576

/** Most uses of YAML aliases: nested ones multiply, and a few lines could fill the memory. */
const ALIASES_MAX = 100

/**
 * Parses YAML and checks it against the schema. Every problem is found at once, with its line. Numbers that are not whole
 * are kept as their digits, so that a price never passes through a float.
 */
export function parseConfigFile(text: string, file: string): ConfigFile {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, version: '1.2' })
  const at = (offset: number) => counter.linePos(offset).line
  if (document.errors.length > 0) {
    // The parser's own words quote the text around the fault, which may be a secret.
    const problems = document.errors.map((error) => ({
      name: 'YAML',
      message: `not valid: ${error.code.toLowerCase().replaceAll('_', ' ')}`,
      file,
      line: at(error.pos[0]),
    }))
    return { get: () => undefined, line: () => undefined, problems }
  }
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source !== undefined && !/^[+-]?\d{1,15}$/.test(node.source)) {
        node.value = node.source
      }
    },
  })
  const line = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsetOf(document, path.slice(0, length))
      if (offset !== undefined) return at(offset)
    }
    return undefined
  }
  let raw: unknown
  try {
    raw = withoutNulls(document.toJS({ maxAliasCount: ALIASES_MAX })) ?? {}
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    const problem = {
      name: 'YAML',
      message: `not valid: an alias without its anchor, or more than ${ALIASES_MAX} aliases`,
      file,
    }
    return { get: () => undefined, line: () => undefined, problems: [problem] }
  }
  const parsed = configSchema.safeParse(raw)
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describeIssue(issue, file, line))
  return {
    // An absent parent reads as absent; a wrong one has its own problem.
    get: (path) => path.reduce<unknown>((value, name) => (isGroup(value) ? value[name] : undefined), raw),
    line: (path) => (offsetOf(document, path) === undefined ? undefined : line(path)),
    problems,
  }
}

function describeIssue(
  issue: z.core.$ZodIssue,
  file: string,
  line: (path: readonly PropertyKey[]) => number | undefined,
): Problem[] {
  const place = (path: readonly PropertyKey[]) => {
    const found = line(path)
    return found === undefined ? { file } : { file, line: found }
  }
  if (issue.code !== 'unrecognized_keys') {
    return [{ name: issueName(issue.path) || 'the file', message: issueMessage(issue), ...place(issue.path) }]
  }
  return issue.keys.map((key) => {
    const path = [...issue.path, key]
    return { name: issueName(path), message: unknownName(key, namesAt(issue.path)), ...place(path) }
  })
}

/** An empty section (`limits:` and nothing under it) reads as null in YAML, and means nothing is set. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isGroup(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNulls(inner)]])),
  )
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number | undefined {
  if (path.length === 0) return undefined
  const last = path[path.length - 1]
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (isMap(parent)) {
    const key = parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(last))?.key
    if (isScalar(key)) return key.range?.[0]
    return undefined
  }
  const node = document.getIn(path, true)
  return isNodeWithRange(node) ? node.range[0] : undefined
}

function isNodeWithRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}
