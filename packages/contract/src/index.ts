export type * from './app-api.ts'
export type * from './chat-api.ts'
export * from './message.ts'
export type * from './oauth-api.ts'
