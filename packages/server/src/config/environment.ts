import { z } from 'zod'
import { issueMessage } from './issue-message.ts'
import { nearestName } from './nearest-name.ts'
import { SETTINGS, type Setting } from './settings.ts'

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A value taken from text, or what is wrong with it. */
export type Reading = { ok: true; value: unknown } | { ok: false; message: string }

/**
 * Reads the text of a flag or variable as its setting wants it. Lists are `a,b` or JSON; maps are JSON; true, yes, on and 1
 * are the same. The message never repeats the text.
 */
export function readText(setting: Setting, text: string): Reading {
  const trimmed = text.trim()
  switch (setting.kind) {
    case 'number':
      if (!/^[+-]?\d{1,15}$/.test(trimmed)) return refuseNumber(setting, trimmed)
      return check(setting, Number(trimmed))
    case 'boolean': {
      const value = BOOLEANS.get(trimmed.toLowerCase())
      return value === undefined ? { ok: false, message: 'expected true or false' } : check(setting, value)
    }
    case 'list':
      if (trimmed.startsWith('[')) return readJson(setting, trimmed)
      return check(
        setting,
        trimmed.split(',').flatMap((part) => part.trim() || []),
      )
    case 'json':
      return readJson(setting, trimmed)
    case 'text':
      return check(setting, trimmed)
  }
}

/** Checks a value against its setting. */
export function check(setting: Setting, value: unknown): Reading {
  const parsed = z.safeParse(setting.schema, value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const issue = parsed.error.issues[0]
  if (issue === undefined) return { ok: false, message: 'is not valid' }
  const inside = issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `
  return {
    ok: false,
    message: `${inside}${issue.code === 'unrecognized_keys' ? `${issue.keys.join(', ')}: no such setting` : issueMessage(issue)}`,
  }
}

/** Variables that begin with KEYWAY_ and are no setting of the server, though they are ours or the platform's. */
const OTHER_VARIABLES =
  /^KEYWAY_(CONFIG|API_KEY|MANAGEMENT_KEY|BASE_URL|ENV|(\w+_)?SERVICE_(HOST|PORT\w*)|(\w+_)?PORT_\d+_\w+)$/

/** Variables that look like settings and are none: probably misspelt. */
export function strayVariables(env: Environment): { name: string; message: string }[] {
  const known = new Set([...SETTINGS.map((setting) => setting.variable), 'KEYWAY_CONFIG'])
  return Object.keys(env)
    .filter((name) => name.startsWith('KEYWAY_') && !known.has(name) && !OTHER_VARIABLES.test(name))
    .sort()
    .map((name) => {
      const near = nearestName(name, known)
      return {
        name,
        message:
          near === undefined
            ? 'is not a setting and has no effect'
            : `is not a setting and has no effect; did you mean ${near}?`,
      }
    })
}

const BOOLEANS = new Map<string, boolean>([
  ...['true', '1', 'yes', 'on'].map((word): [string, boolean] => [word, true]),
  ...['false', '0', 'no', 'off'].map((word): [string, boolean] => [word, false]),
])

function refuseNumber(setting: Setting, text: string): Reading {
  // Kubernetes sets KEYWAY_PORT=tcp://10.1.2.3:7777 in every pod beside a service that is called keyway.
  if (setting.name === 'port' && text.startsWith('tcp://')) {
    return {
      ok: false,
      message:
        'is set by Kubernetes for a service of this name; set enableServiceLinks: false on the pod, or rename the service',
    }
  }
  return { ok: false, message: 'expected a whole number' }
}

function readJson(setting: Setting, text: string): Reading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's message quotes the text, which may hold a secret.
    return { ok: false, message: setting.kind === 'list' ? 'expected a,b or a JSON list' : 'expected JSON' }
  }
  return check(setting, value)
}
