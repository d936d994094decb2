import type { LookupFunction, Socket, TcpNetConnectOpts } from 'node:net'
import { connect as connectTcp, isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { connect as connectTls } from 'node:tls'
import { KeywayError } from '../base/errors.ts'
import { mayConnect } from './address.ts'
import type { Destination } from './destination.ts'
import { checkHost } from './destination.ts'
import type { ProxyAddress, ProxySettings } from './proxy.ts'
import { openTunnel } from './proxy.ts'
import type { OutboundRequest } from './request.ts'
import type { Resolve } from './resolve.ts'
import { resolveVetted } from './resolve.ts'

type Policy = OutboundRequest['addresses']

export type ConnectOptions = {
  policy: Policy
  resolve: Resolve
  /** The proxy for this destination, if any. */
  proxy: (ProxyAddress & { resolves: NonNullable<ProxySettings['resolves']> }) | undefined
  /** TLS sessions to resume, by policy and origin. */
  sessions: Map<string, Buffer>
  /** Look-up, TCP and TLS together, in milliseconds. */
  timeoutMs: number
  /** Gives up connecting; nothing happens once the connection stands. */
  signal: AbortSignal
}

// A session ticket is about 2 KiB.
const TLS_SESSIONS_MAX = 500
// Ends connections whose other side has vanished without a word. RFC 1122's two hours are too long for a call.
const TCP_KEEP_ALIVE_MS = 60_000
// Read ahead of whoever reads, before the socket is left alone. One read of the system is up to 64 KiB, and with Node's
// usual mark of 64 KiB a second one follows while the first still waits: twice the memory for every slow reader.
const READ_AHEAD_BYTES = 16_384

/** Sockets hand their options on to the stream beneath, which the published types do not say. */
type ReadAhead<T> = T & { highWaterMark: number }

/** A look-up that hands out only vetted addresses, at the moment of connecting: there is no second one to be fooled by. */
function vettedLookup(policy: Policy, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolveVetted(hostname, policy, resolve).then(
      (addresses) => {
        if (options.all === true) callback(null, addresses)
        else callback(null, addresses[0].address, addresses[0].family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

/** Resolves when the event comes, rejects when the socket fails or ends first. */
function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const clean = () => socket.off(event, onReady).off('error', onError).off('close', onClose)
    const onReady = () => {
      clean()
      resolve()
    }
    const onError = (error: Error) => {
      clean()
      reject(error)
    }
    const onClose = () => onError(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
    // The first 'error' listener stays: between this promise and whoever takes the socket over, an error must find one.
    socket
      .on('error', () => undefined)
      .once(event, onReady)
      .once('error', onError)
      .once('close', onClose)
  })
}

/** What an opening has made so far, so that giving up closes all of it. */
type Trail = { sockets: Socket[]; abandoned: boolean }

/** Opens TCP to a host and looks at who answered. */
async function openTcp(
  to: { hostname: string; port: number },
  policy: Policy,
  { options, trail }: { options: ConnectOptions; trail: Trail },
): Promise<Socket> {
  if (trail.abandoned) throw Object.assign(new Error('abandoned'), { code: 'ECONNABORTED' })
  const settings: ReadAhead<TcpNetConnectOpts> = {
    host: to.hostname,
    port: to.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
    lookup: vettedLookup(policy, options.resolve),
    highWaterMark: READ_AHEAD_BYTES,
  }
  const socket = connectTcp(settings)
  trail.sockets.push(socket)
  await ready(socket, 'connect')
  // The last gate, for whatever the checks before it did not think of.
  if (socket.remoteAddress === undefined || !mayConnect(socket.remoteAddress, policy)) {
    socket.destroy()
    throw new KeywayError('address_forbidden', `${to.hostname} answered from an address that may not be called.`)
  }
  return socket
}

async function openTls(socket: Socket, hostname: string, options: ConnectOptions): Promise<Socket> {
  const key = `${options.policy} ${hostname}`
  const session = options.sessions.get(key)
  const settings: ReadAhead<ConnectionOptions> = {
    socket,
    host: hostname,
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    highWaterMark: READ_AHEAD_BYTES,
    ...(isIP(hostname) === 0 ? { servername: hostname.replace(/\.$/, '') } : {}),
    ...(session === undefined ? {} : { session }),
  }
  const secured = connectTls(settings)
  secured.on('session', (ticket) => {
    if (options.sessions.size >= TLS_SESSIONS_MAX && !options.sessions.has(key)) options.sessions.clear()
    options.sessions.set(key, ticket)
  })
  await ready(secured, 'secureConnect')
  return secured
}

/** 'host:port' as CONNECT wants it: by vetted address, so that the proxy resolves nothing, unless the operator said it shall. */
async function tunnelTarget(to: Destination, options: ConnectOptions, resolves: 'here' | 'proxy'): Promise<string> {
  const literal = isIP(to.hostname) !== 0
  const host =
    literal || resolves === 'proxy'
      ? to.hostname
      : (await resolveVetted(to.hostname, options.policy, options.resolve))[0].address
  return `${isIP(host) === 6 ? `[${host}]` : host}:${to.port}`
}

async function openAll(to: Destination, options: ConnectOptions, trail: Trail): Promise<Socket> {
  checkHost(to.hostname, options.policy)
  const { proxy } = options
  if (proxy === undefined) {
    const socket = await openTcp(to, options.policy, { options, trail })
    return to.secure ? openTls(socket, to.hostname, options) : socket
  }
  const target = await tunnelTarget(to, options, proxy.resolves)
  // The operator named the proxy, so it may stand in the local network.
  const plain = await openTcp(proxy, 'private-allowed', { options, trail })
  const socket = proxy.secure ? await openTls(plain, proxy.hostname, options) : plain
  await openTunnel(socket, target, proxy.authorization)
  return to.secure ? openTls(socket, to.hostname, options) : socket
}

/**
 * Opens a connection to a destination: directly or through the operator's proxy, with TLS verified where it is https.
 * Every address is vetted before and after connecting.
 * @throws KeywayError address_forbidden, provider_timeout, provider_unavailable (the proxy); else Node's own error
 */
export async function connect(to: Destination, options: ConnectOptions): Promise<Socket> {
  const trail: Trail = { sockets: [], abandoned: false }
  let timer: NodeJS.Timeout | undefined
  const givenUp = new Promise<never>((_, reject) => {
    const message = `No connection to ${to.where} within ${options.timeoutMs} ms.`
    timer = setTimeout(() => reject(new KeywayError('provider_timeout', message)), options.timeoutMs)
    options.signal.addEventListener('abort', () => reject(options.signal.reason), { once: true })
  })
  try {
    return await Promise.race([openAll(to, options, trail), givenUp])
  } catch (error) {
    trail.abandoned = true
    for (const socket of trail.sockets) socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
