export { ConnectError, type ConnectErrorCode } from '../connect-error.ts'
export { OPENROUTER } from '../issuer.ts'
export { type ChatProxyOptions, createChatProxy } from './chat-proxy.ts'
export {
  type ConnectOutcome,
  createServerConnect,
  type ServerConnect,
  type ServerConnectOptions,
} from './connect-server.ts'
export { type FlowStore, memoryFlows } from './flow-keeper.ts'
