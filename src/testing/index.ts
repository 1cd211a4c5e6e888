/** For the tests of those who build on nines: a clock that is told, and the contracts that stores, command runners and planes of faults keep. */
export { FaultyFileSystem, type FileFault, type FileFaultPlan } from "./faulty-file-system.ts";
export { ManualClock } from "../core/time/manual-clock.ts";
export { stateStoreContract, type ContractCase, type ContractOptions } from "./state-store-contract.ts";
export { faultPlaneContract } from "./fault-plane-contract.ts";
export { incidentStoreContract } from "./incident-store-contract.ts";
export { commandRunnerContract } from "./command-runner-contract.ts";
export type { ChangingExample, CommandExample, CommandExamples } from "./command-runner-contract.ts";
