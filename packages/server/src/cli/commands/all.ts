import type { Command } from '../command.ts'
import { auditCommands } from './audit.ts'
import { configCommands } from './config.ts'
import { connectCommands } from './connect.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { initCommand } from './init.ts'
import { keepCommands } from './keep.ts'
import { keyCommands } from './keys.ts'
import { peopleCommands } from './people.ts'
import { pkceCommand } from './pkce.ts'
import { providerCommands } from './providers.ts'
import { serveCommand } from './serve.ts'
import { usageCommands } from './usage.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  serveCommand,
  demoCommand,
  initCommand,
  doctorCommand,
  ...providerCommands,
  ...connectCommands,
  pkceCommand,
  ...keyCommands,
  ...peopleCommands,
  ...usageCommands,
  ...keepCommands,
  ...auditCommands,
  ...configCommands,
]
