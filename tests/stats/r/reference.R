# What R finds in patients.csv, which no patient is in: random numbers of a logistic model.
#   Rscript reference.R > reference.json
# R 4.2.2 with pROC 1.18.0, rms 6.5-0, brglm2 0.9 and jsonlite 1.8.4 made the stored values.
# brglm2's mean bias reduction is Firth's penalty; the profile of the penalized likelihood, as logistf
# has it, is written out below.
suppressPackageStartupMessages({
  library(pROC)
  library(rms)
  library(brglm2)
  library(jsonlite)
})

patients <- read.csv("patients.csv")
clinical <- outcome ~ age_years + gcs_moderate + gcs_severe + fibrinogen_mg_dl
integrated <- update(clinical, . ~ . + ndl)
smaller <- glm(clinical, binomial, patients, epsilon = 1e-14)
larger <- glm(integrated, binomial, patients, epsilon = 1e-14)

# Firth: penalized log-likelihood, its maximum over all terms but one, and the interval's ends
separated <- outcome ~ ndl + swirl
x <- model.matrix(separated, patients)
penalized <- function(b) {
  p <- plogis(drop(x %*% b))
  information <- crossprod(x * sqrt(p * (1 - p)))
  sum(dbinom(patients$outcome, 1, p, log = TRUE)) + determinant(information)$modulus[1] / 2
}
firth <- glm(separated, binomial, patients,
  method = "brglmFit", type = "AS_mean", epsilon = 1e-12, maxit = 1000
)
highest <- penalized(coef(firth))
profile_at <- function(value, place) {
  free <- function(others) {
    b <- coef(firth)
    b[-place] <- others
    b[place] <- value
    -penalized(b)
  }
  -optim(coef(firth)[-place], free, method = "BFGS", control = list(reltol = 1e-15, maxit = 5000))$value
}
profile_end <- function(place, sign) {
  estimate <- coef(firth)[place]
  lost <- function(value) 2 * (highest - profile_at(value, place)) - qchisq(0.95, 1)
  uniroot(lost, sort(estimate + sign * c(1e-6, 8 * sqrt(vcov(firth)[place, place]))), tol = 1e-9)$root
}
places <- seq_along(coef(firth))

ndl <- roc(patients$outcome, patients$ndl, direction = "<", quiet = TRUE)
risk <- roc(patients$outcome, fitted(larger), direction = "<", quiet = TRUE)
test <- roc.test(risk, ndl, method = "delong", paired = TRUE)
best <- coords(risk, "best", best.method = "youden", transpose = FALSE)

# Risks of the larger model, made too extreme and too high, as another hospital's might be
other <- plogis(0.4 + 1.5 * predict(larger))
agreement <- val.prob(other, patients$outcome, pl = FALSE)
in_the_large <- glm(patients$outcome ~ offset(qlogis(other)), family = binomial, epsilon = 1e-14)
rms_fit <- lrm(integrated, patients, x = TRUE, y = TRUE)
set.seed(1)
optimism <- rms::validate(rms_fit, B = 2000)

wilson <- function(k, n) as.numeric(prop.test(k, n, correct = FALSE)$conf.int)
entering <- add1(glm(outcome ~ 1, binomial, patients, epsilon = 1e-14),
  . ~ . + age_years + fibrinogen_mg_dl + ndl,
  test = "LRT"
)[["Pr(>Chi)"]][-1]

cat(toJSON(list(
  integrated = list(
    coefficients = unname(coef(larger)),
    covariance = unname(vcov(larger)),
    ci95 = unname(confint.default(larger)),
    p = unname(summary(larger)$coefficients[, 4]),
    aic = AIC(larger),
    rms_coefficients = unname(coef(rms_fit))
  ),
  likelihood_ratio = with(anova(smaller, larger, test = "LRT"), list(
    statistic = Deviance[2], p = `Pr(>Chi)`[2]
  )),
  entering = entering,
  firth = list(
    coefficients = unname(coef(firth)),
    covariance = unname(vcov(firth)),
    ci95 = lapply(places, function(place) unname(c(profile_end(place, -1), profile_end(place, 1))))
  ),
  delong = list(
    ndl = as.numeric(ci.auc(ndl, method = "delong")),
    risk = as.numeric(ci.auc(risk, method = "delong")),
    z = unname(test$statistic), p = test$p.value, ci95 = as.numeric(test$conf.int)
  ),
  youden = list(sensitivity = best$sensitivity, specificity = best$specificity),
  calibration = list(
    intercept = unname(coef(in_the_large)),
    intercept_ci95 = as.numeric(confint.default(in_the_large)),
    slope = unname(agreement["Slope"]),
    brier = unname(agreement["Brier"])
  ),
  optimism = list(
    auc = 0.5 + optimism["Dxy", "index.corrected"] / 2,
    slope = optimism["Slope", "index.corrected"]
  ),
  wilson = list(wilson(72, 107), wilson(17, 21), wilson(55, 86), wilson(0, 21))
), digits = 12, auto_unbox = TRUE, pretty = TRUE), "\n")
