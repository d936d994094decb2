import { Client } from 'undici'
import { KeywayError } from '../base/errors.ts'
import { connect } from './connect.ts'
import type { Allowance, Connection } from './connections.ts'
import { OriginConnections } from './connections.ts'
import type { Destination } from './destination.ts'
import { parseDestination } from './destination.ts'
import { Exchange } from './exchange.ts'
import type { NetLimits } from './limits.ts'
import { NET_LIMITS } from './limits.ts'
import type { ProxySettings } from './proxy.ts'
import { bypassesProxy, parseProxy } from './proxy.ts'
import type { Dispatch, OutboundRequest, OutboundResponse } from './request.ts'
import type { Resolve } from './resolve.ts'
import { shareLookups, systemResolve } from './resolve.ts'

export type NetOptions = {
  limits?: Partial<NetLimits>
  /** From the configuration, never read from the environment here. */
  proxy?: ProxySettings
  /** Replaces the operating system's resolver. Its answers are vetted like any others. */
  resolve?: Resolve
}

/** The way out, and its end. */
export type Net = {
  dispatch: Dispatch
  /** Ends every connection and refuses further requests. Streams that should finish must have finished. */
  close(): Promise<void>
}

type Policy = OutboundRequest['addresses']

// Addresses are few (a base URL and a path per provider); checking one costs some microseconds, remembering it none.
const DESTINATIONS_MAX = 1_000

/** Checked addresses of one policy, so that a hot path asks only once. */
function rememberDestinations(policy: Policy): (url: string) => Destination {
  const known = new Map<string, Destination>()
  return (url) => {
    const destination = known.get(url)
    if (destination !== undefined) return destination
    const checked = parseDestination(url, policy)
    if (known.size >= DESTINATIONS_MAX) known.clear()
    known.set(url, checked)
    return checked
  }
}

/**
 * Makes the one guarded way out (law 7). Connections are kept by address policy and origin: one that was vetted for an
 * operator's private server is never used for a request that may only go to public addresses.
 * @throws KeywayError invalid_request when a proxy's address is not one
 */
export function createNet(options: NetOptions = {}): Net {
  const limits: NetLimits = { ...NET_LIMITS, ...options.limits }
  const resolve = shareLookups(options.resolve ?? systemResolve)
  const settings = options.proxy ?? {}
  const proxies = {
    https: settings.https === undefined ? undefined : parseProxy(settings.https),
    http: settings.http === undefined ? undefined : parseProxy(settings.http),
  }
  const sessions = new Map<string, Buffer>()
  const allowance: Allowance = { used: 0, max: limits.connectionsMax }
  const origins = {
    public: new Map<string, OriginConnections>(),
    'private-allowed': new Map<string, OriginConnections>(),
  }
  const destinations = {
    public: rememberDestinations('public'),
    'private-allowed': rememberDestinations('private-allowed'),
  }
  let closed = false

  function proxyFor(destination: Destination) {
    const proxy = destination.secure ? proxies.https : proxies.http
    if (proxy === undefined || bypassesProxy(destination, settings.none ?? '')) return undefined
    return { ...proxy, resolves: settings.resolves ?? 'here' }
  }

  function openConnection(
    destination: Destination,
    policy: Policy,
    onDisconnect: (connection: Connection) => void,
  ): Connection {
    const abandonment = new AbortController()
    const client = new Client(destination.origin, {
      pipelining: 1,
      maxHeaderSize: limits.headerBytesMax,
      keepAliveTimeout: limits.keepAliveMs,
      keepAliveMaxTimeout: limits.keepAliveMs,
      connect: (_options, callback) => {
        const { signal } = abandonment
        const timeoutMs = limits.connectTimeoutMs
        connect(destination, { policy, resolve, proxy: proxyFor(destination), sessions, timeoutMs, signal }).then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        )
      },
    })
    const connection = { client, abandon: () => abandonment.abort() }
    client.on('disconnect', () => onDisconnect(connection))
    return connection
  }

  function connectionsTo(destination: Destination, policy: Policy): OriginConnections {
    const known = origins[policy].get(destination.origin)
    if (known !== undefined) return known
    const connections: OriginConnections = new OriginConnections({
      where: destination.where,
      open: (onDisconnect) => openConnection(destination, policy, onDisconnect),
      allowance,
      max: limits.connectionsPerOriginMax,
      waitingMax: limits.waitingPerOriginMax,
      onEmpty: () => {
        if (origins[policy].get(destination.origin) === connections) origins[policy].delete(destination.origin)
      },
    })
    origins[policy].set(destination.origin, connections)
    return connections
  }

  return {
    dispatch: (request) =>
      new Promise<OutboundResponse>((resolveResponse, reject) => {
        if (closed) throw new KeywayError('draining', 'Keyway is stopping and sends no more requests.')
        const destination = destinations[request.addresses](request.url)
        const connections = connectionsTo(destination, request.addresses)
        const settle = { resolve: resolveResponse, reject }
        new Exchange(request, settle, { destination, connections, bufferedBytesMax: limits.bufferedBytesMax }).start()
      }),
    close: async () => {
      closed = true
      const all = [...origins.public.values(), ...origins['private-allowed'].values()]
      const error = new KeywayError('draining', 'Keyway is stopping.')
      await Promise.all(all.map((connections) => connections.closeAll(error)))
    },
  }
}
