import type { Environment } from '../config/environment.ts'

/** A program that shows a file in the person's browser. It is given the file's path and nothing else. */
export type Opener = {
  program: string
  /** Whether the path has to be written as Windows writes it, since the program is Windows' own. */
  paths: 'own' | 'windows'
  /** What its exit code tells. Explorer's is 1 whatever happened. */
  exitCode: 'tells' | 'means nothing'
}

/** Where a process runs, as far as it says whether somebody sits there. */
export type Surroundings = {
  env: Environment
  platform: NodeJS.Platform
  /** Whether it reads from and writes to a terminal. */
  atTerminal: boolean
}

/** Variables that say that nobody sits at this machine's own screen, or not as the user that we are. */
const ELSEWHERE = ['CI', 'SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY', 'SUDO_USER'] as const

/**
 * What opens a browser before the person who typed the command; undefined where nobody would see it: in a pipe, a service,
 * a build, over SSH, under sudo, on a machine without a screen.
 */
export function openerFor({ env, platform, atTerminal }: Surroundings): Opener | undefined {
  if (!atTerminal || ELSEWHERE.some((name) => isSet(env[name]))) return undefined
  // By their whole paths: Windows looks into the working folder first.
  if (platform === 'win32') return windows(`${env['SystemRoot'] ?? 'C:\\Windows'}\\explorer.exe`, 'own')
  if (platform === 'darwin') return { program: '/usr/bin/open', paths: 'own', exitCode: 'tells' }
  if (isSet(env['WSL_DISTRO_NAME'])) return windows('explorer.exe', 'windows')
  const screen = isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY'])
  return screen ? { program: 'xdg-open', paths: 'own', exitCode: 'tells' } : undefined
}

function windows(program: string, paths: Opener['paths']): Opener {
  return { program, paths, exitCode: 'means nothing' }
}

/** CI systems set CI to true or 1; who sets it to false means none. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0'
}

/**
 * What a browser is started with of our environment. Providers' keys are nothing of its, nor is how Node and the C library
 * were told to save memory.
 */
export function openerEnvironment(env: Environment): Record<string, string> {
  const ours = /^(KEYWAY|NODE|NPM|MALLOC)_|KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || ours.test(name) ? [] : [[name, value]])),
  )
}
