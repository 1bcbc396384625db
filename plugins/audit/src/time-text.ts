let second = -1
let prefix = ''

/** A time as ISO 8601 has it, in UTC and milliseconds. To format a date takes as long as to hash a record, so each second is formatted once. */
export const timeText = (now: number): string => {
  const nowSecond = Math.floor(now / 1000)
  if (nowSecond !== second) {
    second = nowSecond
    prefix = new Date(nowSecond * 1000).toISOString().slice(0, -4)
  }
  const ms = now - nowSecond * 1000
  return `${prefix}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`
}
