/** What bounds outbound traffic. Every figure may be set in the configuration. */
export type NetLimits = {
  /** Name look-up, TCP and TLS together, in milliseconds. */
  connectTimeoutMs: number
  /** How long an idle connection is kept for the next call, in milliseconds; a provider's shorter Keep-Alive hint wins. */
  keepAliveMs: number
  /** Bytes of a response's header section. */
  headerBytesMax: number
  /** Connections to one origin under one address policy. A streaming call holds one for as long as it lasts. */
  connectionsPerOriginMax: number
  /** Connections in all. */
  connectionsMax: number
  /** Calls that may wait for a connection of an origin whose connections are all taken. */
  waitingPerOriginMax: number
  /** Body bytes read ahead of a slow reader before the socket is paused. */
  bufferedBytesMax: number
}

export const NET_LIMITS: NetLimits = {
  // A handshake over a bad mobile link takes under 3 s; more than this and another provider is the better answer.
  connectTimeoutMs: 10_000,
  // Longer than the pauses of a person typing, shorter than the 60 s at which common load balancers drop idle sockets.
  keepAliveMs: 30_000,
  // Providers send 1-4 KiB; Node's own default is the same 16 KiB.
  headerBytesMax: 16_384,
  // 10,000 open streams to one provider is the load that the design promises, with a fifth to spare.
  connectionsPerOriginMax: 12_000,
  connectionsMax: 24_000,
  // A queue longer than this would outlast the callers' patience.
  waitingPerOriginMax: 1_000,
  // One socket read is at most 64 KiB, and the socket is paused as soon as one waits: a reader that keeps up never sees it.
  bufferedBytesMax: 16_384,
}
