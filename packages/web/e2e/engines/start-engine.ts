import { startChromium } from './chromium.ts'
import type { Engine, EngineName } from './engine.ts'
import { startFirefox } from './firefox.ts'
import { startWebkit } from './webkit.ts'

const START: Record<EngineName, () => Promise<Engine>> = {
  chromium: startChromium,
  firefox: startFirefox,
  webkit: startWebkit,
}

/** Starts a browser. @throws Error when it is not there */
export function startEngine(name: EngineName): Promise<Engine> {
  return START[name]()
}
