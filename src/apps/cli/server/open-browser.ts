// A browser on this machine, if there is a screen that could show one. Nothing is opened unless the person said so.

import { spawn } from 'node:child_process'
import type { Variables } from '../../../config/settings.ts'

/** The program that shows an address; `undefined`: nobody could see it here. */
export function browserOf(env: Variables, platform: NodeJS.Platform = process.platform): string | undefined {
  if (env.SSH_CONNECTION) return undefined
  if (platform === 'darwin') return 'open'
  return platform === 'linux' && (env.DISPLAY || env.WAYLAND_DISPLAY) ? 'xdg-open' : undefined
}

/** The address is an argument of its own and begins with http: no shell reads it, no program takes it for an option. */
export function openBrowser(program: string, address: string): void {
  const child = spawn(program, [address], { detached: true, stdio: 'ignore' })
  // Where it is not installed, the person types the address.
  child.once('error', () => {})
  child.unref()
}
