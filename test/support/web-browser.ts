// A browser's manners for tests of the web app: it keeps cookies as RFC 6265bis has it and says where a request comes from, as
// Chromium does. It follows nothing by itself.

/** A web app in this process, or a server. */
type Web = { request(url: string, init: RequestInit): Response | Promise<Response> }

export type Ask = { method?: string; headers?: Record<string, string>; form?: Record<string, string> }

/** Of a real server. */
export const NETWORK: Web = { request: (url, init) => fetch(url, { ...init, redirect: 'manual' }) }

export type Browser = {
  /** As a link or the address bar of a page of this very site. */
  visit(path: string, ask?: Ask): Promise<Response>
  /** As a form of a page of this very site. */
  submit(path: string, form: Record<string, string>): Promise<Response>
  cookies: Map<string, string>
}

export function openBrowser(web: Web, origin: string): Browser {
  const cookies = new Map<string, string>()
  const visit = async (path: string, { method = 'GET', headers = {}, form }: Ask = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await web.request(`${origin}${path}`, {
      method,
      headers: { host: new URL(origin).host, ...(cookie !== '' && { cookie }), ...headers },
      ...(form && { body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) keep(cookies, line)
    return response
  }
  const own = { origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }
  return { visit, submit: (path, form) => visit(path, { method: 'POST', form, headers: own }), cookies }
}

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
  const rest = line.toLowerCase()
  // What a browser would not take: RFC 6265bis, 4.1.3.2.
  const whole = /; secure/.test(rest) && /; path=\/(;|$)/.test(rest) && !/; domain=/.test(rest)
  if (name.startsWith('__Host-') && !whole) return
  if (/; max-age=0/.test(rest)) cookies.delete(name)
  else cookies.set(name, value)
}
