/**
 * Growth, what it will need, and what to do about it.
 *
 * @packageDocumentation
 */
export type { CapacityChart, ChartBandPoint, ChartCrossing, ChartPoint, ChartShift } from "./charts/model.ts";
export { capacitySvg } from "./charts/svg.ts";
export type { CapacitySvgOptions } from "./charts/svg.ts";
export type { CapacityExhaustion, CapacityLimit, ExhaustionMethod } from "./forecast/exhaustion.ts";
export { forecastSeries } from "./forecast/forecast.ts";
export type {
  BacktestReport,
  ForecastPoint,
  FoundShift,
  GrowthTrendOptions,
  KnownForecast,
  ModelScore,
  SeriesFacts,
  SeriesForecast,
  SeriesForecastOptions,
  UnknownForecast,
} from "./forecast/types.ts";
export { forecastValues } from "./forecast/values.ts";
export type { ModelForecast, ValuesForecast, ValuesForecastOptions } from "./forecast/values.ts";
export { growthTrend } from "./growth.ts";
export type { GrowthTrend, KnownTrend, UnknownTrend } from "./growth.ts";
export { readArtilleryReport } from "./load-tests/artillery.ts";
export { replicaCapacity } from "./load-tests/capacity.ts";
export type { ReplicaCapacity, ReplicaCapacityOptions } from "./load-tests/capacity.ts";
export { readK6Summary } from "./load-tests/k6.ts";
export type {
  LoadTestFigures,
  LoadTestLatency,
  LoadTestPeriod,
  LoadTestReadOptions,
  LoadTestResult,
} from "./load-tests/result.ts";
export type { LoadTestStep } from "./load-tests/steps.ts";
export { artilleryEnsure } from "./load-tests/thresholds-artillery.ts";
export type { ArtilleryEnsure } from "./load-tests/thresholds-artillery.ts";
export { k6Thresholds, k6ThresholdsScript } from "./load-tests/thresholds-k6.ts";
export type { K6Threshold, K6Thresholds, K6ThresholdsOptions } from "./load-tests/thresholds-k6.ts";
export type { SloLeft } from "./load-tests/thresholds.ts";
export { leastSquares } from "./math/least-squares.ts";
export type { LeastSquaresFit } from "./math/least-squares.ts";
export { fitLine, LineFit } from "./math/line.ts";
export type { ConfidenceInterval, LinePoints, LineSums } from "./math/line.ts";
export { predictLinear } from "./math/predict-linear.ts";
export type { PredictLinearOptions } from "./math/predict-linear.ts";
export type { LimitReach } from "./math/reach.ts";
export type { ResidualChecks } from "./math/residuals.ts";
export type { NumberList } from "./math/statistics.ts";
export { theilSen } from "./math/theil-sen.ts";
export type { RobustLine } from "./math/theil-sen.ts";
export { MODEL_NAMES as FORECAST_MODELS } from "./models/catalog.ts";
export type { ModelName as ForecastModelName } from "./models/catalog.ts";
export { CapacityPlanner } from "./planner.ts";
export type { CapacityPlannerOptions, CapacityQuestion, ScalingQuestion, ServiceGrowth } from "./planner.ts";
export { samplesFromCounts, SignalSampler } from "./sampler.ts";
export type { SampledSignals, SignalSamplerOptions } from "./sampler.ts";
export type { CapacityNeeds, MetricNeed } from "./scaling/needs.ts";
export type { MetricPlan, ServicePlan, ServingPlan } from "./scaling/plans.ts";
export { queueForecast } from "./scaling/queueing.ts";
export type { QueueForecast, QueueOptions } from "./scaling/queueing.ts";
export type { CapacityAddition, ForecastRisk, ScalingRecommendation } from "./scaling/recommendation.ts";
export { replicasFor } from "./scaling/replicas.ts";
export type { ReplicaNeed, ReplicaPlan } from "./scaling/replicas.ts";
export type { ServingAdvice } from "./scaling/serving.ts";
export type { SeriesRemark } from "./series/clean.ts";
export type { SeasonName } from "./series/examine.ts";
export type { StepStatistic } from "./series/grid.ts";
export type { CapacitySample, SampleOf, SeriesPoint } from "./series/samples.ts";
