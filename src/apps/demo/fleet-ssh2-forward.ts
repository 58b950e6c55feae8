// Forwards one connection of an ssh2 server to a port of this machine's loopback, and refuses every other target.

import { connect } from 'node:net'
import type { AcceptConnection, RejectConnection, TcpipRequestInfo } from 'ssh2'

export function forward(accept: AcceptConnection, reject: RejectConnection, info: TcpipRequestInfo): void {
  if (isLoopback(info.destIP)) connectTo(info, accept, reject)
  else reject()
}

function connectTo(info: TcpipRequestInfo, accept: AcceptConnection, reject: RejectConnection): void {
  const socket = connect({ host: info.destIP, port: info.destPort, allowHalfOpen: true })
  socket.once('error', reject)
  socket.once('connect', () => {
    socket.off('error', reject)
    const channel = accept()
    socket.on('error', () => channel.destroy())
    channel.on('error', () => {}).once('close', () => socket.destroy())
    socket.pipe(channel).pipe(socket)
  })
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || /^127(\.\d{1,3}){3}$/.test(address)
}
