/** A limit of time for what the application's hooks do. */

/** Waits for a hook, and no longer than this. @throws Error when it takes longer, or as the hook. */
export async function withinDeadline<Result>(
  hook: () => Result | Promise<Result>,
  milliseconds: number,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    const tooLate = () => reject(new Error(`no answer within ${milliseconds} ms`))
    timer = setTimeout(tooLate, milliseconds)
  })
  try {
    return await Promise.race([hook(), deadline])
  } finally {
    clearTimeout(timer)
  }
}
