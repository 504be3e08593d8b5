/** One question that the two ends of a channel may put to each other, and answer. */

/** What two processes say to each other. What it is not about passes it by. */
export interface Channel {
  say(message: object): void
  onMessage(listener: (message: unknown) => void): void
}

/** Never rejects. @returns undefined when no answer came in time. */
export type Ask<T> = () => Promise<T | undefined>

/**
 * Answers the other end, and asks it. The ends trust each other: an answer is what `give` gave there.
 *
 * @param give answers; when it rejects, the other end waits in vain.
 * @param mostMilliseconds how long to wait for an answer.
 */
export function exchange<T>(
  { say, onMessage }: Channel,
  give: () => Promise<T | undefined>,
  mostMilliseconds: number,
): Ask<T> {
  const waiting = new Map<number, (answer: T | undefined) => void>()
  let asked = 0

  onMessage((message) => {
    if (!isPart<T>(message)) return
    const { question, number, answer } = message
    if (question === 'answer') waiting.get(number)?.(answer)
    else give().then((given) => say({ question: 'answer', number, answer: given }), ignore)
  })

  return () =>
    new Promise((resolve) => {
      asked += 1
      const number = asked
      const settle = (answer: T | undefined): void => {
        clearTimeout(timer)
        waiting.delete(number)
        resolve(answer)
      }
      const timer = setTimeout(settle, mostMilliseconds, undefined)
      waiting.set(number, settle)
      say({ question: 'ask', number })
    })
}

const ignore = (): void => undefined

interface Part<T> {
  readonly question: 'ask' | 'answer'
  readonly number: number
  readonly answer?: T
}

const isPart = <T>(message: unknown): message is Part<T> =>
  typeof message === 'object' && message !== null && 'question' in message
