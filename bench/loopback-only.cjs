// Preloaded into a program that has no setting for its host: whatever it asks for, it listens on 127.0.0.1 only.
const { Server } = require('node:net')

const listen = Server.prototype.listen
Server.prototype.listen = function listenOnLoopback(...given) {
  const [first] = given
  if (typeof first === 'object' && first !== null) return listen.call(this, { ...first, host: '127.0.0.1' }, ...given.slice(1))
  const callback = given.find((value) => typeof value === 'function')
  return listen.call(this, { port: Number(first), host: '127.0.0.1' }, callback)
}
