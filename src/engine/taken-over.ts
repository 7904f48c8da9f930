/** Thrown inside a run that the watchdog has taken over: from then on it touches neither account nor journal. */
export class TakenOver extends Error {
  constructor() {
    super('the watchdog has taken this run over');
    this.name = 'TakenOver';
  }
}
