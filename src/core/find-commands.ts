// Finds the commands in a comment: a slash and a verb at the very start of a line, outside quotes, code and HTML comments. Whatever
// else a comment holds is talk.

/** One line, without its slash. */
export type FoundCommand = { text: string; line: number }

const FENCE = /^ {0,3}(`{3,}|~{3,})/

/** In the order in which they stand. `isVerb` says which words are ours: `/cc @ada` is somebody else's. */
export function findCommands(comment: string, isVerb: (word: string) => boolean): FoundCommand[] {
  const found: FoundCommand[] = []
  let fence: string | undefined
  let hidden = false
  comment.split(/\r\n|\r|\n/).forEach((line, index) => {
    const [, marks] = FENCE.exec(line) ?? []
    if (fence !== undefined) {
      if (closes(line, fence)) fence = undefined
      return
    }
    if (hidden) {
      hidden = !line.includes('-->')
      return
    }
    if (marks !== undefined) {
      fence = marks
      return
    }
    const opened = line.lastIndexOf('<!--')
    hidden = opened !== -1 && !line.slice(opened).includes('-->')
    const [, text = '', verb = ''] = /^\/(([A-Za-z]+)(?=\s|$).*)$/.exec(line) ?? []
    if (isVerb(verb.toLowerCase())) found.push({ text: text.trim(), line: index + 1 })
  })
  return found
}

/** The same character, at least as often, and nothing behind it. */
function closes(line: string, fence: string): boolean {
  const [, marks, rest] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? []
  return marks !== undefined && marks[0] === fence[0] && marks.length >= fence.length && rest?.trim() === ''
}
