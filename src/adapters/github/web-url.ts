// Where people look at GitHub, from where programs ask: github.com, or an Enterprise Server.

export function webUrlOf(apiUrl: string): string {
  return apiUrl === 'https://api.github.com' ? 'https://github.com' : apiUrl.replace(/\/api\/v3\/?$/, '')
}
