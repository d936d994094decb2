import type { Environment } from './config/environment.ts'
import type { ProxySettings } from './net/proxy.ts'

/** The proxies that the environment names, in either case, as curl and most programs read them. */
export function proxyOf(env: Environment): ProxySettings {
  const read = (name: string) => {
    const value = env[name] ?? env[name.toLowerCase()]
    return value === undefined || value.trim() === '' ? undefined : value.trim()
  }
  const https = read('HTTPS_PROXY')
  const http = read('HTTP_PROXY')
  const none = read('NO_PROXY')
  return {
    ...(https === undefined ? {} : { https }),
    ...(http === undefined ? {} : { http }),
    ...(none === undefined ? {} : { none }),
  }
}
