// Shows a rollout while it runs: painted over in place on a terminal, line by line elsewhere, as NDJSON for programs.

import type { App } from './app.ts'
import type { Channel } from './screen/channel.ts'
import { type Line, short, styled } from './screen/line.ts'
import { Block } from './screen/repaint.ts'
import type { HostChange, Look } from './session/session.ts'
import { causeWords, progressLines, summaryLine } from './words/status.ts'

/** `say`: a message beside the looks. `end`: what follows on the screen says it better. */
export type Show = { look(look: Look): void; say(line: Line): void; end(): void }

/** A line of progress this often, where nothing can be painted over. */
const LINE_EVERY_MS = 5_000
/** Changes of one look that are shown one by one. */
const MOST_CHANGES = 20

/** What is shown is what it said last. The rollout goes on without whoever looks. */
const AWAY: Line = [styled('yellow', 'the server does not answer; this is what it said last, trying again')]

export function openShow(app: App, to: { json: boolean; channel: Channel }): Show {
  if (to.json) return jsonShow(app)
  return to.channel.animated ? paintedShow(app, to.channel) : lineShow(app, to.channel)
}

function jsonShow({ screen }: App): Show {
  return {
    look: ({ report, changes, away }) => {
      if (away) return screen.err.print([AWAY])
      for (const change of changes) screen.json({ kind: 'host', rollout: report.rollout, ...change })
      screen.json({ kind: 'status', rollout: report })
    },
    say: (line) => screen.err.print([line]),
    end: () => {},
  }
}

function paintedShow({ now }: App, channel: Channel): Show {
  const block = new Block(channel)
  return {
    look: ({ report, changes, away }) => {
      const news = failureNews(changes)
      if (news.length > 0) block.above(news)
      block.show([...progressLines(report, now()), ...(away ? [AWAY] : [])])
    },
    say: (line) => block.above([line]),
    end: () => block.clear(),
  }
}

function lineShow({ now }: App, channel: Channel): Show {
  let last = { at: 0, where: '' }
  return {
    look: ({ report, changes, away }) => {
      if (away) return channel.print([AWAY])
      channel.print(failureNews(changes))
      const where = `${report.rollout} ${report.phase} ${report.stage?.number}`
      const at = now()
      if (where === last.where && at - last.at < LINE_EVERY_MS) return
      last = { at, where }
      const stage = report.stage ? `  stage ${report.stage.number}/${report.stage.of} ${short(report.stage.name)}` : ''
      channel.print([[...summaryLine(report, at), styled('dim', stage)]])
    },
    say: (line) => channel.print([line]),
    end: () => {},
  }
}

function failureNews(changes: readonly HostChange[]): Line[] {
  const failed = changes.flatMap((change): Line[] => {
    const { phase, host, zone, step, signature = '' } = change
    if (phase !== 'failed' && phase !== 'unreachable' && phase !== 'unknown') return []
    const cause = causeWords({ phase, signature, ...(step !== undefined && { step }) })
    return [[styled('red', '✗ '), `${short(zone)} ${short(host)}: `, cause]]
  })
  const more = failed.length - MOST_CHANGES
  return more > 0 ? [...failed.slice(0, MOST_CHANGES), [`  and ${more} more`]] : failed
}
