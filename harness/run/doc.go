// Package run turns options into sessions and sessions into a report: it plans
// pairs x scenarios, starts each peer once and replaces it when it dies, keeps
// several sessions going at a time, grades every trace and judges the grades
// against the expectations.
//
// `rink run` and the Ginkgo suites are two front ends of it.
package run
