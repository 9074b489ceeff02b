package dev.pollux.internal;

/** What a JVM that refuses native access is told. A class of its own: those of the C library cannot be loaded then. */
final class NativeAccess {
    private NativeAccess() { }

    /** What happened, and who can change it, for this library in this module. */
    static String refused(Module module) {
        String what = "Pollux may not call the C library: native access is not enabled";
        if (module.isNamed() && module.getLayer() != ModuleLayer.boot()) {
            return what + " for module " + module.getName() + ", which is in a ModuleLayer that was created at run time,"
                    + " where no option of the command line reaches it. The code that creates the layer, which needs"
                    + " native access itself, has to call enableNativeAccess for this module on the"
                    + " ModuleLayer.Controller that the static methods ModuleLayer.defineModules… return";
        }
        return what + ". Start java with --enable-native-access="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }
}
