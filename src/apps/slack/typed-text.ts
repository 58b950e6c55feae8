// What a person typed, out of what Slack made of it: entities, links that Slack found in names of hosts, and the mention that
// called us.

/** A command's text. Links and names become what was seen. */
export function typedText(text: string): string {
  const seen = text.replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_, target: string, label?: string) => label ?? target)
  return seen.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim()
}

/** What was said to us: the first line, when it begins with the only mention of the text. Else we were only spoken of. */
export function saidToUs(text: string): string | undefined {
  const [line = ''] = text.trim().split('\n', 1)
  const [, rest] = /^<@[A-Z0-9]+(?:\|[^<>]*)?>[\s,:]*(.*)$/.exec(line) ?? []
  // Slack tells us of a mention anywhere in it: of two, the first may be somebody else's.
  return rest === undefined || (text.match(/<[@!#]/g) ?? []).length > 1 ? undefined : typedText(rest)
}
