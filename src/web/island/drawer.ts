// A host in a drawer beside its rollout. It shows the host's own page, asked for again when the host changes, and puts in only what
// the server rendered there.

import { hostPath } from '../view/host-cell.ts'

export type Drawer = {
  open(host: string): void
  /** These hosts changed. */
  changed(hosts: readonly string[]): void
}

export function openDrawer(rollout: string): Drawer {
  const dialog = document.createElement('dialog')
  dialog.className = 'drawer'
  dialog.setAttribute('aria-label', 'Host')
  const close = document.createElement('button')
  close.textContent = 'Close'
  const bar = document.createElement('form')
  bar.method = 'dialog'
  bar.append(close)
  const content = document.createElement('div')
  dialog.append(bar, content)
  document.body.append(dialog)
  let shown: string | undefined
  const load = async (host: string) => {
    const answer = await fetch(hostPath(rollout, host))
    const article = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('host')
    if (shown === host && article) content.replaceChildren(article)
  }
  const open = (host: string) => {
    shown = host
    content.textContent = host
    if (!dialog.open) dialog.showModal()
    void load(host).catch(() => location.assign(hostPath(rollout, host)))
  }
  dialog.addEventListener('close', () => {
    shown = undefined
  })
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
  document.addEventListener('click', (event) => openFrom(event, rollout, open))
  return {
    open,
    changed: (hosts) => {
      if (shown !== undefined && hosts.includes(shown)) void load(shown).catch(() => {})
    },
  }
}

/** Links to hosts of this rollout open here; with a key held down they stay links. */
function openFrom(event: MouseEvent, rollout: string, open: (host: string) => void): void {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const path = link ? new URL(link.href).pathname : ''
  const base = hostPath(rollout, '')
  if (!path.startsWith(base) || path.length === base.length) return
  event.preventDefault()
  open(decodeURIComponent(path.slice(base.length)))
}
